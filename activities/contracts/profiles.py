"""How long activities may take and how they are retried, by kind of work."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import Priority, RetryPolicy


class LocalProfile(TypedDict):
    """Arguments of `execute_local_activity`."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy
    local_retry_threshold: timedelta


class Profile(TypedDict):
    """Arguments of `execute_activity`."""

    start_to_close_timeout: timedelta
    heartbeat_timeout: timedelta | None
    retry_policy: RetryPolicy
    priority: Priority


# The register may be away for hours: the act is durable already, so the flush waits for it for
# ever. Past the threshold the wait is a timer on the server instead of a busy workflow task.
REGISTER: LocalProfile = {
    "start_to_close_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(seconds=15),
    ),
    "local_retry_threshold": timedelta(seconds=1),
}

# Work on everything that is open: it waits for people, and goes on whoever was away meanwhile.
BEHIND_PEOPLE = Priority(priority_key=5)
_PATIENT = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=15),
)
SWEEP: Profile = {
    "start_to_close_timeout": timedelta(minutes=10),
    "heartbeat_timeout": timedelta(seconds=10),
    "retry_policy": _PATIENT,
    "priority": BEHIND_PEOPLE,
}
LOOKUP: Profile = {
    "start_to_close_timeout": timedelta(seconds=30),
    "heartbeat_timeout": None,
    "retry_policy": _PATIENT,
    "priority": BEHIND_PEOPLE,
}
# A department's own worker: it may take days (people of its own), it may be away for weeks, and is
# missed within the minute when it dies in the middle.
DEPARTMENT: Profile = {
    "start_to_close_timeout": timedelta(days=90),
    "heartbeat_timeout": timedelta(seconds=30),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=2),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(minutes=5),
    ),
    "priority": BEHIND_PEOPLE,
}
# One request to somebody else's system; whether to ask again is the workflow's to say.
REQUEST: Profile = {
    "start_to_close_timeout": timedelta(minutes=1),
    "heartbeat_timeout": None,
    "retry_policy": _PATIENT,
    "priority": BEHIND_PEOPLE,
}
# One chunk of a run of a policy: a transaction or a few, each under its own idempotency.
BATCH: Profile = {**SWEEP, "start_to_close_timeout": timedelta(minutes=3)}
# The facts of everybody, after every source was asked for what is new.
FREEZING: Profile = {**SWEEP, "start_to_close_timeout": timedelta(hours=1)}
