"""Queries that return frozen read models; they never write."""
