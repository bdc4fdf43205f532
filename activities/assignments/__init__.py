"""Giving tasks to departments' own systems: following the outbox, and what the errands need."""
