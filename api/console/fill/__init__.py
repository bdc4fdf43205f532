"""From read models to view models: pure functions, one module a kind of thing shown."""
