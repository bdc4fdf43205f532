"""Identity codes: 统一社会信用代码 (GB 32100-2015) and 公民身份号码 (GB 11643-1999).

Only length, alphabet, date and check digit are judged. Division codes are not: firms keep theirs
after a move, and older residents of Songjiang carry 310227, which is in no current table
(domain.md §8.2).
"""

import re
from datetime import date

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
LENGTH = 18
_ACCOUNT = re.compile(r"[0-9-]{8,34}")


def uscc_fault(code: str) -> str | None:
    """What is wrong with a credit code, in Chinese; None where nothing is."""
    if len(code) != LENGTH:
        return f"统一社会信用代码应为 18 位，现为 {len(code)} 位"
    if strange := next((sign for sign in code if sign not in _USCC), None):
        return f"统一社会信用代码不使用字符 {strange}"
    total = sum(
        _USCC.index(sign) * weight for sign, weight in zip(code, _USCC_WEIGHTS, strict=False)
    )
    if _USCC[(31 - total % 31) % 31] != code[-1]:
        return "统一社会信用代码校验位不符，请核对是否录错"
    return None


def person_id_fault(code: str) -> str | None:
    """What is wrong with an identity number, in Chinese; None where nothing is."""
    if len(code) != LENGTH:
        return f"身份证号应为 18 位，现为 {len(code)} 位"
    if not code[:17].isascii() or not code[:17].isdigit() or code[17] not in _ID_CHECKS:
        return "身份证号前 17 位应为数字，末位为数字或大写 X"
    try:
        date.fromisoformat(f"{code[6:10]}-{code[10:12]}-{code[12:14]}")
    except ValueError:
        return "身份证号中的出生日期不存在"
    total = sum(int(digit) * weight for digit, weight in zip(code, _ID_WEIGHTS, strict=False))
    if _ID_CHECKS[total % 11] != code[17]:
        return "身份证号校验位不符，请核对是否录错"
    return None


def is_account(number: str) -> bool:
    """Whether it may be a bank account's number; it has no check digit of its own."""
    return _ACCOUNT.fullmatch(number) is not None
