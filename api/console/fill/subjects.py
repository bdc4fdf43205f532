"""Who is asked about: the fields by which a firm or a person is named."""

from collections.abc import Sequence

from api.console.benefit_words import KIND
from api.console.views.shared import FieldControl, FieldView, Option
from definitions.language.benefits import SubjectKind

_CODE = {SubjectKind.FIRM: "统一社会信用代码", SubjectKind.PERSON: "身份证号"}
_BLANKS = 6


def kind_field(chosen: str, *, name: str = "kind", error: str = "") -> FieldView:
    """Firm or person."""
    options = tuple(Option(kind, label, chosen=kind == chosen) for kind, label in KIND.items())
    return FieldView(name, "对象", FieldControl.CARDS, options=options, error=error)


def code_field(
    code: str, error: str, kinds: Sequence[SubjectKind] = tuple(SubjectKind)
) -> FieldView:
    """Credit code or ID number; blanks between the figures do no harm."""
    return FieldView(
        "code",
        "或者".join(_CODE[kind] for kind in kinds),
        value=code,
        hint="18 位" if len(kinds) == 1 else "企业填信用代码，个人填身份证号，都是 18 位",
        error=error,
        max_length=18 + _BLANKS,
    )
