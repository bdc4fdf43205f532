"""How a definition lives: judged, compared with the one before it, drawn. Pure."""
