"""What belongs to a language as such: codes, scripts, detection, numbers, dates and words."""
