"""What language models are told, in the language that they are to write in."""
