"""A stand-in for the registers: made-up firms and people, served over HTTP. None is real."""
