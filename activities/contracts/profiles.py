"""How long activities may take and how they are retried, by kind of work."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class LocalProfile(TypedDict):
    """Arguments of `execute_local_activity`."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy
    local_retry_threshold: timedelta


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
