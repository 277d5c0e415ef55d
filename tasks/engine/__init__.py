"""The seam of all backends: what a backend is, how it is found, opened, kept and asked."""
