"""Raise a stage's number when its code changes what it makes: stored results of the old code are then made anew."""

INSPECT = 1
AUDIO = 1
TRANSCRIPTION = 1
DIARIZATION = 1
TRANSCRIPT = 1
SUMMARIZATION = 1
ACTIONS = 1
MINUTES = 1
REPORT = 1

ALL = (INSPECT, AUDIO, TRANSCRIPTION, DIARIZATION, TRANSCRIPT, SUMMARIZATION, ACTIONS, MINUTES, REPORT)
