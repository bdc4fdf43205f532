"""Personal numbers as they are shown in lists: enough to tell people apart, no more."""

from definitions.language.questions import FieldKind, FormField

_ID_LENGTH = 15
_MOBILE_LENGTH = 11
_FIRM_NAME = 8


def shown(field: FormField, value: str) -> str:
    """A value of the form for reading: choices by label, personal numbers masked."""
    match field.kind:
        case FieldKind.PERSON_ID:
            return masked_id(value)
        case FieldKind.MOBILE:
            return masked_phone(value)
        case FieldKind.CHOICE:
            return next((each.label for each in field.options if each.value == value), value)
        case FieldKind.NUMBER | FieldKind.MONEY if value and field.unit:
            return f"{value} {field.unit}"
        case _:
            return value


def masked_id(value: str) -> str:
    """310***********1234; a shorter number keeps its ends only."""
    if not value:
        return ""
    if len(value) >= _ID_LENGTH:
        return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
    return f"{value[:1]}{'*' * max(len(value) - 2, 1)}{value[-1:]}"


def masked_phone(value: str) -> str:
    """138****5678; of a number of another length the last signs only."""
    if len(value) == _MOBILE_LENGTH:
        return f"{value[:3]}****{value[-4:]}"
    return f"{'*' * max(len(value) - 4, 0)}{value[-4:]}"


def masked_person(name: str) -> str:
    """张*: the first sign only, however long the name is."""
    return name[:1] + "*" * (len(name) - 1)


def masked_name(name: str) -> str:
    """Of a person as above; of a firm, which is told by its length, both ends stay readable."""
    if len(name) < _FIRM_NAME or "·" in name:
        return masked_person(name)
    return f"{name[:2]}{'*' * (len(name) - 6)}{name[-4:]}"
