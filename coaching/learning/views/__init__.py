"""A person's pages: home and path, the lesson player, one file each."""
