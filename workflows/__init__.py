"""Durable shells around the core; determinism lives here."""
