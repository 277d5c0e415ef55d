"""The texts of finished minutes in a second language, checked by code."""
