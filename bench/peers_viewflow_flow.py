"""The five-task flow of `bench.peers_viewflow`, and the peer that drives it.

Apart from there because Django wants its settings before any model is imported, and because
viewflow stores the flow's dotted name, so the flow must not live in a module that is started as
`__main__`.
"""

from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connections
from django.http import HttpRequest
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow.views import UpdateProcessView
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from bench.peers_load import TASKS, decision

OFFICER = "officer"


@cache
def officer() -> User:
    return User.objects.get(username=OFFICER)


def _person(following: Any) -> flow.View:  # noqa: ANN401 - viewflow's own reference to a node
    """Make a human task that is assigned at once, so that completing it needs no claim."""
    view = UpdateProcessView.as_view(fields=[])
    return flow.View(view).Assign(lambda _: officer()).Next(following)


class FiveTasks(flow.Flow):  # type: ignore[misc]
    # The default lock is none, which viewflow itself calls unsafe before a Join.
    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle().Next(this.reg)
    reg = _person(this.split)
    split = flow.Split().Next(this.tax).Next(this.si).Next(this.hpf).Next(this.seal)
    tax = _person(this.join)
    si = _person(this.join)
    hpf = _person(this.join)
    seal = _person(this.join)
    join = flow.Join().Next(this.end)
    end = flow.End()


NODES = {task: getattr(FiveTasks, task.lower()) for task in TASKS}


class ViewflowClient:
    def __init__(self) -> None:
        self._request = HttpRequest()
        self._request.user = officer()
        self._process = 0

    def start(self) -> None:
        self._process = FiveTasks.start.run().pk

    def complete(self, task: str) -> None:
        waiting = Task.objects.get(
            process_id=self._process, flow_task=NODES[task], status=STATUS.ASSIGNED
        )
        with waiting.activation() as activation:  # opens the transaction
            activation.start(self._request)
            activation.task.data = decision(task)
            activation.execute()

    def finish(self) -> None:
        pass


class ViewflowPeer:
    def prepare(self, url: str) -> None:  # noqa: ARG002 - the site took it from the environment
        call_command("migrate", verbosity=0)
        User.objects.create_user(OFFICER)

    def open(self, url: str, *, threads: int, worker: int) -> None:
        """Nothing to open: each thread connects when it first asks."""

    def client(self) -> ViewflowClient:
        return ViewflowClient()

    def close(self) -> None:
        connections.close_all()

    def ended(self, url: str) -> int:  # noqa: ARG002 - as above
        return int(Process.objects.filter(status=PROCESS.DONE).count())
