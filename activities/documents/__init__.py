"""Making the documents an application owes: what they say, how they look, their numbers."""
