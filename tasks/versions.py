"""Raise a stage's number when its code changes what it makes: stored results of the old code are then made anew."""

INSPECT = 4
AUDIO = 2
TRANSCRIPTION = 5
DIARIZATION = 4
TRANSCRIPT = 8
SUMMARIZATION = 8
ACTIONS = 8
MINUTES = 11
REPORT = 13
CAPTIONS = 5
REWRITING = 1
REWORDING = 1

ALL = tuple(number for name, number in vars().items() if name.isupper())
