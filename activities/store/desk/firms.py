"""What is kept of firms: a loaded snapshot, and beside it what each register said last."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy.dialects.postgresql import insert

from activities.outside.registers.answers import Answer, Answers, Register
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import Firm
from definitions.language.base import Value
from definitions.rules.conditions import Fact

_ANSWERS = TypeAdapter(dict[Register, Answer])


class FirmView(Value):
    """A firm as the registers know it, from which source and as of when.

    `as_of` is empty where nothing was loaded and `facts` are empty with it; `answers` are what
    registers said last, one by one.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    code: str
    name: str
    facts: Mapping[str, Fact]
    source: str
    as_of: date | None
    answers: Mapping[Register, Answer] = {}


async def firm(session: ReadSession, code: str) -> FirmView | None:
    """The firm of that credit code."""
    found = await session.get(Firm, code)
    return FirmView.model_validate(found) if found else None


async def put_firm(session: WriteSession, known: FirmView) -> None:
    """Load or replace one firm's snapshot; what registers said last stays."""
    values: dict[str, Any] = known.model_dump(mode="json", exclude={"answers"})
    values["as_of"] = known.as_of
    changed = {name: value for name, value in values.items() if name != "code"}
    await session.execute(
        insert(Firm).values(values).on_conflict_do_update(index_elements=["code"], set_=changed)
    )


async def keep_answers(session: WriteSession, code: str, name: str, answers: Answers) -> None:
    """Keep what registers said over what they had said before; the others' stays."""
    said = _ANSWERS.dump_python(dict(answers), mode="json")
    row = {"code": code, "name": name, "facts": {}, "source": "", "answers": said}
    merged = Firm.answers.concat(said)
    await session.execute(
        insert(Firm)
        .values(row)
        .on_conflict_do_update(index_elements=["code"], set_={"answers": merged, "name": name})
    )
