"""`minutes app`: the same flows for those who do not use a terminal, in a browser on this machine."""
