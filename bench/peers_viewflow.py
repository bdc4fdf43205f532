"""django-viewflow doing the five-task matter: its own models, one transaction a task.

Each act goes through the public activation API (`task.activation()`, `start`, `execute`), under
viewflow's row lock on the process. The web layer is left out, as it is for all peers.

Tuned: connections kept for good, DEBUG off, no middleware, no signals listened to, the officer read
once and tasks assigned when they are made, which spares the claim. Server-side binding of
parameters was tried and gained nothing. Two processes of four threads, as Django is commonly served
on two cores.
"""

import os
from typing import Any

import django
from django.conf import settings
from django.utils.module_loading import import_string
from psycopg.conninfo import conninfo_to_dict

from bench.peers_load import URL_VARIABLE, Peer, work


def _database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": None,  # one connection a thread, kept: cheaper than taking from a pool
        "OPTIONS": parts,
    }


def _peer() -> Peer:
    """The site is set up first; only then can the module with the flow be imported."""
    settings.configure(
        DEBUG=False,
        SECRET_KEY=os.urandom(32).hex(),
        USE_TZ=True,
        DATABASES={"default": _database(os.environ[URL_VARIABLE])},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "viewflow",
            "viewflow.workflow",
            "bench",
        ],
    )
    django.setup()
    peer: Peer = import_string("bench.peers_viewflow_flow.ViewflowPeer")()
    return peer


if __name__ == "__main__":
    work({"django_viewflow": _peer()})
