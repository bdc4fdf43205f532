"""The steps, named by date and time."""
