"""A stand-in for the treasury, with a book of its own: made-up money, real trouble."""
