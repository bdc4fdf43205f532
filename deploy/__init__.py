"""Processes and machines: the composition root. Nothing else imports this package."""
