"""The demonstration: two invented networks, lived through day by day by the product's own services."""
