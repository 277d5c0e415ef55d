"""A language model opened on this machine or asked over HTTP: its weights, prompt, answers and limits."""
