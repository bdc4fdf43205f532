"""PostgreSQL: tables, writing, reading, and what the service desk itself owns."""
