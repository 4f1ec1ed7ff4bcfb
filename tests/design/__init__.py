"""Design system: styles, templates, tags, the frame of the pages."""
