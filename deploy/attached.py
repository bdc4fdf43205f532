"""Which servers a command works against: those of the settings, those running, or some for now."""

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager

import typer
from rich.console import Console

from deploy import temporal_setup
from deploy.embedded.stack import Stack, attached_to, servers
from deploy.settings import Settings

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def settings_of(context: typer.Context) -> Settings:
    """The settings that the command line was read with."""
    settings = context.obj
    assert isinstance(settings, Settings)
    return settings


def started(
    settings: Settings, console: Console, *, with_temporal: bool = True
) -> AbstractContextManager[Stack]:
    """Servers of our own, for as long as the command lasts."""
    return servers(
        settings,
        say=lambda line: say(console, f"[dim]·[/] {line}"),
        search_attributes=temporal_setup.AS_OPTIONS,
        with_temporal=with_temporal,
    )


def reachable(settings: Settings) -> Settings | None:
    """Settings with a database that runs already; None where there is none."""
    return settings if settings.database_url is not None else attached_to(settings)


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[Settings]:
    """Settings with a database that answers: an external one, the running one, or one for now."""
    running = reachable(settings)
    if running is not None:
        yield running
        return
    with started(settings, err, with_temporal=False) as stack:
        yield stack.settings


def say(console: Console, line: str) -> None:
    """A closed terminal must not end the supervisor."""
    with contextlib.suppress(OSError):
        console.print(line)
