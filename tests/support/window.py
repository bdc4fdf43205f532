"""The window over the API of a running stack: what a browser test needs before its people begin."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Protocol

import httpx2

from deploy.sample import read
from tests.support.scans import pdf

SAMPLE = Path(__file__).parents[2] / "deploy" / "samples" / "name-change.json"
PDF = pdf()
_KEYS = count(1)


class Stack(Protocol):
    """Where the console is, and everybody's password."""

    url: str
    passwords: dict[str, str]


@dataclass(frozen=True)
class Window:
    """The clerk, over the API."""

    http: httpx2.Client

    def post(self, path: str, body: object) -> dict[str, object]:
        """POST under a fresh key."""
        headers = {"Idempotency-Key": f"window-{next(_KEYS):06d}"}
        answer = self.http.post(f"/api/v1/{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def take_in(self) -> str:
        """An application to change a name, one paper to follow; its number."""
        sample = read(SAMPLE)
        body = {
            "service": sample.service,
            "firm_code": sample.firm_code,
            "answers": sample.answers,
            "form": sample.form,
            "committed": sample.committed,
            "commitments": sample.commitments,
        }
        plan = self.post("guidance", body)["plan"]
        assert isinstance(plan, dict)
        given = {}
        for material in plan["materials"]:
            code = material["code"]
            if not (material["waived_by"] or material["produced_by"]):
                later = code in sample.later
                files = [] if later else [self._upload(f"{code}.pdf")]
                given[code] = {"received": not later, "files": files}
        return str(self.post("bundles", {**body, "materials": given})["number"])

    def _upload(self, name: str) -> str:
        answer = self.http.post("/api/v1/files", files={"file": (name, PDF)})
        assert answer.is_success, answer.text
        return str(answer.json()["id"])


@contextmanager
def window(stack: Stack) -> Iterator[Window]:
    """The clerk, signed in."""
    with httpx2.Client(base_url=stack.url, timeout=30) as http:
        said = {"login": "clerk", "password": stack.passwords["clerk"]}
        token = http.post("/api/v1/sessions", json=said).json()["token"]
        http.headers["Authorization"] = f"Bearer {token}"
        yield Window(http)
