"""核对: the application once more before it goes out, and the commitment that goes with it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from api.assessment import AGENT
from api.console import words
from api.console.taking.drafts import head
from api.console.taking.gaps import gaps_of
from api.console.taking.guiding import guided_section
from api.console.taking.papers import PAPER
from api.console.taking.standing import Standing, is_brought
from api.console.views.intake import CheckPage, CheckSection
from api.console.views.materials import CommitmentView
from api.console.views.prechecks import FindingView
from api.console.views.shared import FieldControl, FieldView, Frame, Option, Pair
from api.console.wording import fact_words, field_words
from api.services import Services
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.materials import Source
from definitions.language.pending import Mode
from definitions.rules.plan import PlannedMaterial
from definitions.rules.schedule import schedule

CONFIRMED, SIGNATURE, AUTHORITY = "confirmed", "commitment.signature", "commitment.authority"
SIGNED: Mapping[str, tuple[str, str]] = {
    "paper": ("纸质", "在打印的承诺书上签字、盖章，原件留窗口归档"),
    "pad": ("手写屏", "在窗口的手写屏上签"),
    "phone": ("手机", "申请人在自己的手机上实名签"),
}
_CLAUSES = (
    "自愿选择上列方式，已知晓所缺材料、补齐期限、逾期和不实的后果。",
    "补交的材料与本次申请内容一致，真实、合法、有效。",
)
_CLAUSES_BY_MODE: Mapping[str, str] = {
    Mode.ACCEPT_PENDING: "容缺受理的，补齐前不领取许可证件，不从事相应的许可活动。",
    Mode.ISSUE_THEN_SUPPLY: "先出结果的，按期补交；逾期的，接受上列后果。",
    Mode.INFORM_COMMIT: (
        "以承诺代替材料的，已经符合并将继续符合所列条件，接受核查；不实的，自行承担后果和损失。"
    ),
}
_GROUPS = ("已收", "免交", "以承诺代替", "待补", "办理中产生")
_CREDIT = "同意将履行承诺的情况用于信用管理。"


def check_page(
    services: Services,
    at: Standing,
    frame: Frame,
    *,
    hand_over: bool,
    confirmed: bool = False,
    signed: str = "",
    authorised: bool = False,
    findings: tuple[FindingView, ...] = (),
    insisted: FieldView | None = None,
    errors: Mapping[str, str] | None = None,
) -> CheckPage:
    """The page, for the window or for a virtual window."""
    found = errors or {}
    day, note = _expected(services, at)
    organs = dict.fromkeys(matter.department_name for matter in at.needed)
    return CheckPage(
        frame=frame,
        draft=head(at, "check", action="hand-over" if hand_over else "submit"),
        sections=tuple(_sections(at)),
        departments=tuple(organs),
        expected_on=None if hand_over else day,
        expected_note="" if hand_over else note,
        commitment=None
        if hand_over
        else commitment_of(services, at, signed=signed, authorised=authorised, errors=found),
        confirmed=FieldView(
            CONFIRMED,
            "申请人已核对以上内容，准确无误",
            FieldControl.CHECKS,
            value="yes" if confirmed else "",
            error=found.get(CONFIRMED, ""),
        ),
        signature=None,
        hand_over=hand_over,
        large_url=f"/console/preferences?mode=large&back={at.url}/check",
        findings=findings,
        insisted=insisted,
    )


def commitment_of(
    services: Services,
    at: Standing,
    *,
    signed: str = "",
    authorised: bool = False,
    errors: Mapping[str, str] = MappingProxyType({}),
) -> CommitmentView | None:
    """The commitment, where something is promised: 容缺受理, 承诺制容缺办结 or 告知承诺."""
    gaps = gaps_of(services, at, only_committed=True)
    if not gaps:
        return None
    names = list(dict.fromkeys(gap.mode for gap in gaps))
    agent = agent_of(at)
    return CommitmentView(
        title=f"{names[0] if len(names) == 1 else '容缺和告知'}承诺书".replace("承诺承诺", "承诺"),
        applicant=at.draft.firm_name,
        agent=agent,
        gaps=gaps,
        clauses=(
            *_CLAUSES,
            *(said for mode, said in _CLAUSES_BY_MODE.items() if words.MODE[mode] in names),
            _CREDIT,
        ),
        paper_url=f"{at.url}/commitment",
        signature=FieldView(
            SIGNATURE,
            "申请人签字",
            FieldControl.CHOICE,
            error=errors.get(SIGNATURE, ""),
            options=tuple(
                Option(value, label, hint, chosen=value == signed)
                for value, (label, hint) in SIGNED.items()
            ),
        ),
        authority=FieldView(
            AUTHORITY,
            f"授权委托书写明{agent}可以代申请人作出以上承诺，已核对",
            FieldControl.CHECKS,
            value="yes" if authorised else "",
            error=errors.get(AUTHORITY, ""),
        )
        if agent
        else None,
    )


def agent_of(at: Standing) -> str:
    """The agent's name where one applies; only fields that the answers ask for count."""
    asked = {field.id for field in at.fields}
    return at.form.get(AGENT, "").strip() if AGENT in asked else ""


def _expected(services: Services, at: Standing) -> tuple[date | None, str]:
    """When all will be done, if everything goes as promised; not told while papers hold it up."""
    gaps = gaps_of(services, at, only_committed=False)

    def of(mode: Mode) -> str:
        return "、".join(dict.fromkeys(gap.matter for gap in gaps if gap.mode == words.MODE[mode]))

    held, pending = of(Mode.HOLD), of(Mode.ACCEPT_PENDING)
    told = f"{pending}：补齐后发证。" if pending else ""
    if held:
        return None, f"{held}：补齐材料后才受理，时限从受理起算。{told}"
    return schedule(at.needed, at.facts, at.day, services.calendar).day, told


def _sections(at: Standing) -> Iterator[CheckSection]:
    yield CheckSection("申请人", "", f"{at.url}/form", tuple(_applicant(at)))
    situation = at.guidance.situation
    spared = [m for m in at.plan.matters if m.not_needed] if at.plan else []
    rows = [Pair("情形", situation.name if situation else "")]
    rows += [Pair("办理", "、".join(matter.name for matter in at.needed))]
    rows += (
        [Pair("不用办", "、".join(f"{m.name}（{m.not_needed}）" for m in spared))] if spared else []
    )
    yield CheckSection("办理事项", f"{len(at.needed)} 项", f"{at.url}/guidance", tuple(rows))
    yield guided_section(at)
    form = tuple(
        Pair(field.label, field_words(field, at.form.get(field.id, ""))) for field in at.fields
    )
    yield CheckSection("表单", f"{len(form)} 项", f"{at.url}/form", form)
    yield _materials(at)


def _applicant(at: Standing) -> Iterator[Pair]:
    yield Pair("企业名称", at.draft.firm_name)
    yield Pair("统一社会信用代码", at.draft.firm_code)
    for name in ("legal_representative", "address"):
        if name in at.draft.firm:
            yield Pair(FACTS_BY_NAME[name].label, fact_words(name, at.draft.firm[name]))


def _materials(at: Standing) -> CheckSection:
    groups: dict[str, list[str]] = {
        "已收": [],
        "免交": [],
        "以承诺代替": [],
        "待补": [],
        "办理中产生": [],
    }
    for material in at.materials:
        groups[_group(at, material)].append(_paper(at, material))
    summary = " · ".join(f"{name} {len(all_)}" for name, all_ in groups.items() if all_)
    rows = tuple(Pair(name, "、".join(all_)) for name, all_ in groups.items() if all_)
    return CheckSection("材料", summary, f"{at.url}/materials", rows)


def _group(at: Standing, material: PlannedMaterial) -> str:
    if material.produced_by is not None:
        return "办理中产生"
    if material.waived_by is not None:
        return "免交"
    given = at.draft.materials.get(material.code)
    if given is not None and given.promised:
        return "以承诺代替"
    has = material.source is Source.SYSTEM or (given is not None and bool(given.files))
    return "已收" if has else "待补"


def _paper(at: Standing, material: PlannedMaterial) -> str:
    given = at.draft.materials.get(material.code)
    if given is None or not given.files or not is_brought(material):
        return material.name
    said: Sequence[str] = (
        PAPER.get(given.paper, ""),
        f" {given.copies} 份" if given.copies else "",
        f" {given.pages} 页" if given.pages else "",
    )
    return f"{material.name}（{''.join(said).strip()}）" if any(said) else material.name
