"""View models: one frozen dataclass per page, holding exactly what its template shows."""
