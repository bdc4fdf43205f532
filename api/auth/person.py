"""Whoever is signed in, as the core is told of them."""

from activities.store.reading.scope import Scope
from definitions.language.roles import Actor, Authority
from definitions.rules import permissions
from definitions.rules.permissions import Act, Reach


class Person(Actor):
    """Somebody who is signed in: an actor, and what of the department's work they are trusted with.

    Only what makes the actor is ever recorded.
    """

    authority: Authority


def scope_of(actor: Actor) -> Scope:
    """What the actor may read. Raises `Refused` for those who read no applications."""
    authority = actor.authority if isinstance(actor, Person) else None
    if permissions.may(actor, Act.READ_ALL):
        return Scope(authority=authority, account=actor.id)
    permissions.require(actor, Act.READ_DEPARTMENT)
    # An account without a department belongs to none: it sees nothing.
    return Scope(department=actor.department or "", authority=authority, account=actor.id)


def organ_of(actor: Actor) -> str | None:
    """Whose benefits the actor reads: one organ's, or (None) everybody's. Raises `forbidden`."""
    permissions.require(actor, Act.READ_BENEFITS)
    if permissions.reach(actor.role, Act.READ_BENEFITS) is Reach.EVERYWHERE:
        return None
    # An account without a department belongs to none: it sees nothing.
    return actor.department or ""
