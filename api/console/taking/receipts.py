"""收件凭证: what was taken in, when, by whom, and what is still to come."""

from collections.abc import Iterator

from activities.store.desk.applications import ApplicationView
from api.console.formats import long_day
from api.console.taking.gaps import gaps_of
from api.console.taking.papers import PAPER
from api.console.taking.standing import Standing
from api.console.views.intake import ReceiptGap, ReceiptLine, ReceiptPage
from api.console.views.shared import Frame, Link
from api.services import Services
from definitions.language.materials import Source
from definitions.rules.calendar import add_working_days, local_day

PHONE = "12345"
# Whether it is accepted must be told within five working days of receipt (行政许可法 32(1)(4)).
ACCEPTANCE_DAYS = 5


def receipt_page(
    services: Services,
    at: Standing,
    frame: Frame,
    *,
    host: str,
    receiver: str,
    organ: str,
) -> ReceiptPage:
    """The receipt of a submitted application, as it was handed in."""
    application = at.draft
    number = application.number or ""
    received = application.submitted_at or application.changed_at
    place = f"{host}/progress"
    return ReceiptPage(
        frame=frame,
        number=number,
        query_code=application.query_code or "",
        query_url=f"{place}/{number}?code={application.query_code}",
        query_place=place.partition("://")[2],
        applicant=application.firm_name,
        uscc=application.firm_code,
        agent=_agent(application),
        agent_id=application.form.get("agent_id")
        or application.form.get("new_legal_representative_id", ""),
        service=at.definition.name,
        matters=tuple(matter.name for matter in at.needed),
        received_at=received,
        receiver=receiver,
        organ=organ,
        phone=PHONE,
        materials=tuple(_lines(at)),
        pending=tuple(_gaps(services, at)),
        notice=_notice(services, application),
        bundle=Link("查看办件", f"/console/bundles/{number}"),
    )


def _agent(application: ApplicationView) -> str:
    """Who came: the agent, else the legal representative in person."""
    form, firm = application.form, application.firm
    return (
        form.get("agent_name")
        or form.get("new_legal_representative_name")
        or str(firm.get("legal_representative", ""))
    )


def _lines(at: Standing) -> Iterator[ReceiptLine]:
    for material in at.materials:
        given = at.draft.materials.get(material.code)
        if material.produced_by is not None:
            continue
        if material.waived_by is not None:
            yield ReceiptLine(material.name, "电子", 0, 0, f"免交：{material.waived_by}")
        elif material.source is Source.SYSTEM:
            yield ReceiptLine(material.name, "电子", 0, 0, "按填报内容生成")
        elif given is not None and given.received:
            yield ReceiptLine(
                material.name, PAPER.get(given.paper, "原件"), given.copies or 1, given.pages, ""
            )


def _gaps(services: Services, at: Standing) -> Iterator[ReceiptGap]:
    for gap in gaps_of(services, at, only_committed=False):
        yield ReceiptGap(
            name=f"{gap.material}（{gap.matter}）",
            mode=gap.mode,
            due_on=gap.due_on,
            consequence=gap.consequence,
            due=gap.due,
            basis=gap.basis,
        )


def _notice(services: Services, application: ApplicationView) -> str:
    taken = local_day(application.submitted_at or application.changed_at)
    told = long_day(add_working_days(taken, ACCEPTANCE_DAYS, services.calendar))
    return f"收件不等于受理。{told}前告知是否受理；逾期未告知的，自收件之日起视为受理。"
