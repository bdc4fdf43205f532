"""The console's routes, one module an area."""
