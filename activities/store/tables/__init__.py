"""SQLAlchemy tables, one area a file; no methods."""
