"""A folder of recordings and the folder of their minutes.

`batch` does everything new once: it asks `scan` which files are recordings, and `classify` what is to be done with each, which
knows by the `fingerprint` of a file and the `history` what earlier runs did; the `flow` works on the rest, under the `lock`. What
failed leaves `failed_notes`; `status` tells how each recording stands.
"""
