"""The rehearsal room without its pages: platforms and the gentle rereading of a post. No Django."""
