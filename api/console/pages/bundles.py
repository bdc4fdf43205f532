"""Pages still to come."""

from api.console.request import router as pages

router = pages()
