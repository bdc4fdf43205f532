"""A sample file: one application as a window would take it in, and which papers come later."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from deploy.trouble import Exit, Trouble

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]

_RULES = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项",
    "string_type": "应为文字",
    "dict_type": "应为对象",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "string_too_short": "不能为空",
    "string_too_long": "太长",
}


class Sample(BaseModel):
    """`later` maps a material's code to the file name under which it is supplied afterwards.

    `commitments` say how a promise was signed, where an agent signed it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Word
    service: Word
    firm_code: Word
    firm_name: str = ""
    firm: dict[str, str | bool | int | list[str]] = {}
    answers: dict[str, str | list[str]]
    form: dict[str, str]
    later: dict[str, Word] = {}
    committed: list[str] = []
    commitments: list[dict[str, str | bool | list[str]]] = []


def read(file: Path) -> Sample:
    """The sample in the file. Raises `Trouble` (exit 2) naming file, field and rule."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{file}：读不了（{error.strerror}）"
        raise Trouble(msg, code=Exit.INPUT) from None
    except UnicodeDecodeError:
        msg = f"{file}：不是 UTF-8 编码的文字"
        raise Trouble(msg, code=Exit.INPUT) from None
    try:
        return Sample.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列"
        msg = f"{file}：{place}：不是有效的 JSON（{error.msg}）"
        raise Trouble(msg, code=Exit.INPUT) from None
    except ValidationError as error:
        lines = [
            f"{file}：/{'/'.join(str(part) for part in fault['loc'])}："
            f"{_RULES.get(fault['type'], fault['msg'])}（规则 {fault['type']}）"
            for fault in error.errors()
        ]
        raise Trouble("\n".join(lines), code=Exit.INPUT) from None
