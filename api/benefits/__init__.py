"""Benefits without application: acts and views that routes and console share."""
