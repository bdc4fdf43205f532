"""The functional core and its data: what a service is, and what may lawfully happen to one application."""
