"""How good minutes are: what was recognised, found and written, beside what people wrote down of the same recording."""
