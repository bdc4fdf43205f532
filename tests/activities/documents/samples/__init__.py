"""What one document of each kind says in an ordinary case; each test overrides one thing."""
