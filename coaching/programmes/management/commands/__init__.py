"""Check, tidy, publish and export programmes."""
