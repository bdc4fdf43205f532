"""What the routes of services' and policies' texts share."""

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field

from api.problems import ApiCode
from api.routes.answers import COMMAND
from api.texts import REASON
from definitions.errors import Code

Version = Annotated[int, Path(ge=1, le=100_000, examples=[2])]
ACTING = tuple(
    code
    for code in COMMAND
    if code not in {Code.UNKNOWN_BUNDLE, Code.BUNDLE_CLOSED, Code.VERSION_CONFLICT}
    and code is not ApiCode.ENGINE_AWAY
)
"""What may go wrong with every act on a text: no application is touched."""


class Reason(BaseModel):
    """Why a text is returned, or a version retired."""

    model_config = {"extra": "forbid"}

    reason: str = Field(max_length=REASON, examples=["与公布的文件不一致"])
