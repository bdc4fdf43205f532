"""Whoever is signed in, as the core is told of them."""

from definitions.language.roles import Actor, Authority


class Person(Actor):
    """Somebody who is signed in: an actor, and what of the department's work they are trusted with.

    Only what makes the actor is ever recorded.
    """

    authority: Authority
