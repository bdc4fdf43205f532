"""Who may do what, as a page: made from the one table that the core asks."""
