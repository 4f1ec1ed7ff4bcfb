"""The editor of programmes, entered as its author does: pages and forms."""
