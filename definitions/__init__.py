"""The functional core and its data.

What a service is, and what may lawfully happen to one application.
"""
