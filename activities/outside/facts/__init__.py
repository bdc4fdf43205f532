"""Facts for benefits, fetched from their sources: whole files, as of a day."""
