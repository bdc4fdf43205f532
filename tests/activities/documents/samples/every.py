"""All of them, and how a reader sees them."""

import re

from activities.documents.content.every import Content
from activities.documents.render import Heading, render
from tests.activities.documents.samples import ending, handling, receipt, results
from tests.activities.documents.samples.common import ISSUED, NUMBER

ALL: tuple[tuple[str, Content], ...] = (
    ("收件凭证", receipt.INTAKE),
    ("容缺受理承诺书", receipt.COMMITMENT),
    ("不予受理通知书", receipt.NOT_ACCEPTED),
    ("补正（一次性）告知书", receipt.CORRECTION),
    ("受理通知书", receipt.ACCEPTANCE),
    ("容缺受理通知书", receipt.PENDING),
    ("特别程序告知书", handling.PROCEDURE),
    ("特别程序结束告知书", handling.PROCEDURE_END),
    ("延长办理期限告知书", handling.EXTENSION),
    ("听证权利告知书", handling.HEARING_RIGHT),
    ("听证通知书", handling.HEARING_NOTICE),
    ("登记通知书", results.NOTICE),
    ("税务登记信息变更回执", results.RECEIPT),
    ("营业执照", results.LICENCE),
    ("不予登记通知书", results.REFUSAL),
    ("撤销决定书", results.REVOCATION),
    ("退件告知书", ending.LAPSE),
    ("退件通知书", ending.RETURNED_PAPERS),
    ("终止办理告知书", ending.TERMINATION),
    ("撤回申请确认书", ending.WITHDRAWAL),
)


def page(content: Content, title: str = "文书") -> str:
    """The document as a reader gets it."""
    return render(content, Heading(title=title, number=NUMBER, issued_at=ISSUED)).decode()


def text(content: Content, title: str = "文书") -> str:
    """What a reader sees, in one line."""
    body = page(content, title).split("</style>")[1]
    return re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", body))
