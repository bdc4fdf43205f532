"""People and programs: JSON routes, the console, accounts, the Temporal client."""
