"""The work: one folder per stage, one file per backend inside it."""
