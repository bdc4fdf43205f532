"""The schedule of a plan: what the outlook comes to once every question is answered."""

from datetime import date

from definitions.rules.calendar import Calendar
from definitions.rules.conditions import Facts
from definitions.rules.plan import Plan
from definitions.rules.schedule import Schedule, schedule


def schedule_of(plan: Plan, facts: Facts, today: date, calendar: Calendar) -> Schedule:
    """Of its needed matters; its dates are the facts it was made from."""
    needed = [matter for matter in plan.matters if matter.not_needed is None]
    return schedule(needed, facts, today, calendar)
