"""A stand-in for departments' own systems: takes tasks, answers them, and can be told to misbehave.

It knows the hall only as any department does: by signed messages and the public API.
"""
