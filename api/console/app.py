"""The console on the application: its pages, its static files, and what is under no address."""

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.console.pages import (
    benefit_entitlement,
    benefit_lists,
    benefit_money,
    benefit_report,
    benefits,
    bundles,
    calendars,
    checkups,
    connections,
    decisions,
    definitions,
    desk,
    entry,
    facts,
    guide,
    intake,
    my_benefits,
    my_decision,
    policies,
    prechecks,
    prepared,
    public,
    public_benefits,
    simulations,
    submission,
    supervision,
    supervision_reports,
    supervision_tasks,
)
from api.console.render import STATIC
from api.console.request import router
from api.problems import ApiCode, Problem
from api.services import Services

rest = router()


@rest.get("/console/{path:path}")
async def nothing() -> Response:
    """No such page."""
    raise Problem(ApiCode.NOT_FOUND)


class _Static(StaticFiles):
    """Addresses carry a digest of the content (`?v=`), so that it may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file."""
        answer = await super().get_response(path, scope)
        if scope["query_string"].startswith(b"v="):
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def mount(app: FastAPI, services: Services) -> None:
    """Add the console to the application over these services."""
    assert app.state.services is services
    app.mount("/console/static", _Static(directory=STATIC), name="static")
    taking = (entry, intake, prechecks, prepared, submission)
    watching = (supervision, supervision_tasks, supervision_reports)
    granting = (benefit_lists, benefit_money, benefit_report, benefit_entitlement, benefits)
    # Before one's own page: what lies below it is none of its answers.
    checking = (checkups, public_benefits, my_decision, my_benefits)
    areas = (
        *taking,
        *checking,
        *watching,
        *granting,
        bundles,
        desk,
        calendars,
        public,
        connections,
        decisions,
        guide,
        definitions,
        facts,
        simulations,
        policies,
    )
    for module in areas:
        app.include_router(module.router)
    app.include_router(rest)
