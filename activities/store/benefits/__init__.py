"""What benefits keep: facts, policies, runs, entitlements and money. Written by people and runs."""
