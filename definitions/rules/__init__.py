"""Pure functions over definitions and facts; each returns a value that can explain itself."""
