"""What Cairn costs on this machine, in multiples of one bare query. `python -m bench` prints the table."""
