"""Models on the disk: what a configuration needs, where it lies, whether it is right; fetching and converting."""
