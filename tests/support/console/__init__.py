"""Sample data of the console's pages, by the place where they are used."""
