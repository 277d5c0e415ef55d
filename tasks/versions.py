"""Raise a stage's number when its code changes what it makes: stored results of the old code are then made anew."""

INSPECT = 5
AUDIO = 2
TRANSCRIPTION = 7
DIARIZATION = 5
TRANSCRIPT = 8
SUMMARIZATION = 18
ACTIONS = 13
MINUTES = 14
REPORT = 15
CAPTIONS = 5
REWRITING = 2
REWORDING = 4
TRANSLATION = 1
TRANSLATED = 3
SENTIMENT = 1
MOODS = 1

ALL = tuple(number for name, number in vars().items() if name.isupper())
