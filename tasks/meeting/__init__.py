"""What several stages say about one meeting: its people, its sentences and its days."""
