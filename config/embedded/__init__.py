"""PostgreSQL and Valkey as child processes of one supervisor, without installation or leftovers.

`processes` starts and finds them, `places` decides where they live and as whom, `programs` where their
binaries are, `postgres`, `valkey` and `mailsink` know one server each, `supervisor` holds them together.
"""
