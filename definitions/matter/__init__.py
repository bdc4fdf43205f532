"""The life of one matter: its state, its events, and what follows by itself."""
