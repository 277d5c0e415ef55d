"""A guess of the mood of each topic, by a model that classifies its words."""
