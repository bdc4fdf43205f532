"""The embedded stack: PostgreSQL, Temporal, worker and server as children of one supervisor."""
