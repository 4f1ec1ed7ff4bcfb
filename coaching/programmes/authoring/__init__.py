"""The editor of programmes: forms made from the schema, places of a document, what stands on its pages."""
