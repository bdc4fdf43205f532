"""Parts of addresses that several routes share."""

from typing import Annotated

from fastapi import Path

Number = Annotated[str, Path(max_length=40, examples=["SJ-YJS-310117-20261122-000123"])]
MatterKey = Annotated[str, Path(max_length=24, examples=["REG"])]
Material = Annotated[str, Path(max_length=24, examples=["M07"])]
