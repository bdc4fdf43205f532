"""From a definition to the public guide: what one must know before one comes.

What Shanghai asks to be stated of tolerated gaps (上海优化营商环境条例 24(4)): which papers, how
long, and what follows, stands with each material.
"""

from collections.abc import Iterator, Sequence

from api.console import words
from api.console.fill.consequences import LAPSE, of_lateness, resolved
from api.console.fill.progress import PLACE
from api.console.views.guide import (
    GuideBlocker,
    GuideContact,
    GuideGap,
    GuideGroup,
    GuideMaterial,
    GuideMatter,
    GuideService,
    GuideServicePage,
    GuideSituationPage,
)
from api.console.views.shared import BasisView, Frame, Link, Pair
from api.console.wording import answer_words, basis_view, limit_words
from api.services import Services
from definitions.language.limits import Limit
from definitions.language.materials import Source
from definitions.language.matters import EdgeKind, MatterDefinition, Publicity
from definitions.language.pending import Mode
from definitions.language.service import Combined, ServiceDefinition, Situation
from definitions.loading import Loaded
from definitions.rules.leaflet import Leaflet, LeafletMaterial, LeafletMatter, leaflet
from definitions.rules.pending import gate, terms
from definitions.rules.phrases import phrase

Leaf = Situation | Combined
URL = "/guide"
_SHORT = 15
_EDGES = {
    EdgeKind.RESULT: "办妥之后",
    EdgeKind.ACCEPTED: "受理之后",
    EdgeKind.JOINT: "一起受理",
}


def service_url(definition: ServiceDefinition) -> str:
    """Where the guide of a service is."""
    return f"{URL}/{definition.service}"


def situations(definition: ServiceDefinition) -> tuple[Leaf, ...]:
    """Those that stand alone, then what several together are called."""
    return (*definition.situations, *definition.combined)


def service_row(definition: ServiceDefinition, sought: Sequence[str]) -> GuideService | None:
    """The service with the situations in which every word occurs; None where there are none."""
    groups = groups_of(definition, sought)
    link = Link(definition.name, service_url(definition))
    return GuideService(link, definition.summary, groups) if groups else None


def groups_of(definition: ServiceDefinition, sought: Sequence[str] = ()) -> tuple[GuideGroup, ...]:
    """Situations by the kind of firm, which is the first word of their names."""
    found: dict[str, list[Link]] = {}
    about = f"{definition.name} {definition.summary}"
    for situation in situations(definition):
        kind, _, rest = situation.name.partition(" ")
        if all(word in f"{situation.code} {situation.name} {about}" for word in sought):
            link = Link(rest or kind, f"{service_url(definition)}/{situation.code}")
            found.setdefault(kind if rest else definition.name, []).append(link)
    return tuple(GuideGroup(title, tuple(links)) for title, links in found.items())


def service_page(services: Services, frame: Frame, loaded: Loaded) -> GuideServicePage:
    """One service."""
    definition = loaded.definition
    found = leaflet(definition, services.library.catalogue, None)
    lead = next(d for d in services.library.catalogue.departments if d.code == definition.lead)
    return GuideServicePage(
        frame=frame,
        summary=definition.summary,
        place=PLACE,
        phone=lead.phone,
        check_url=f"{service_url(definition)}/check",
        groups=groups_of(definition),
        blockers=tuple(blocker_views(services, found)),
        bases=tuple(basis_view(services, basis) for basis in definition.bases),
        version=_version(loaded),
    )


def situation_page(
    services: Services, frame: Frame, loaded: Loaded, situation: Leaf
) -> GuideSituationPage:
    """One situation, from the definition alone."""
    definition = loaded.definition
    found = leaflet(definition, services.library.catalogue, situation.when)
    materials = tuple(_material(services, each) for each in found.materials)
    tolerable = sum(bool(each.gaps) for each in materials)
    lead = next(m for m in found.matters if m.matter.department == definition.lead).matter
    pending = next(
        (rule for m in found.matters if (rule := m.matter.accept_pending) is not None), None
    )
    return GuideSituationPage(
        frame=frame,
        code=situation.code,
        service=definition.name,
        about=tuple(_about(services, found)),
        conditions=tuple(_conditions(definition, found)),
        check_url=f"{service_url(definition)}/check",
        materials=materials,
        tolerable=tolerable,
        hold=f"收件后 {limit_words(lead.hold.limit)}内补齐；逾期{LAPSE[lead.hold.lapse]}",
        hold_basis=basis_view(services, lead.hold.basis),
        pending_basis=basis_view(services, pending.basis) if pending and tolerable else None,
        matters=tuple(matter_view(services, definition, each) for each in found.matters),
        spared=tuple(Pair(matter.name, why) for matter, why in found.spared),
        blockers=tuple(blocker_views(services, found)),
        contacts=tuple(_contacts(services, found)),
        bases=tuple(basis_view(services, basis) for basis in situation.bases),
        version=_version(loaded),
    )


def _version(loaded: Loaded) -> str:
    since = loaded.definition.validity.begins
    day = f"{since.year}年{since.month}月{since.day}日"
    return f"第 {loaded.definition.version} 版，{day}起施行，校验码 {loaded.sha256[:12]}"


def _about(services: Services, found: Leaflet) -> Iterator[Pair]:
    certain = [m.matter for m in found.matters if not m.only_if]
    organs = {d.code: d.name for d in services.library.catalogue.departments}
    named = dict.fromkeys(organs[m.department] for m in certain)
    yield Pair("到哪里办", f"{PLACE}，一次申请；也可以到各镇虚拟窗口")
    yield Pair("谁办理", "、".join(named))
    fees = [m.fee for m in certain if m.fee is not None and m.fee.yuan]
    total = sum(fee.yuan for fee in fees)
    yield Pair("收费", f"共 {total} 元" if total else "不收费")
    come = [f"{m.name}：{m.attend}" for m in certain if m.attend]
    yield Pair("要到场吗", "；".join(come) or "材料齐全的，申请人不用再到各部门")


def _conditions(definition: ServiceDefinition, found: Leaflet) -> Iterator[Pair]:
    for question in definition.questions:
        fact = f"answer.{question.id}"
        if fact in found.facts:
            yield Pair(question.text, answer_words(question, found.facts[fact]))


# ── materials ────────────────────────────────────────


def _material(services: Services, each: LeafletMaterial) -> GuideMaterial:
    use, waiver = each.use, each.use.waived
    waived = ""
    if waiver is not None and each.waived_if is not None:
        waived = f"由{waiver.by}核验" if len(waiver.by) < _SHORT else waiver.by
        waived = f"{each.waived_if}的：{waived}" if each.waived_if else waived
    return GuideMaterial(
        name=each.material.name,
        duty=_duty(each),
        only_if=each.only_if,
        waived=waived,
        waived_basis=basis_view(services, waiver.basis) if waiver and waived else None,
        standard=each.material.standard,
        used_by="、".join(matter.name for matter, _ in each.gates),
        gaps=tuple(_gaps(services, each)),
        note=use.note or "",
    )


def _duty(each: LeafletMaterial) -> str:
    """One word for each: what the applicant has to do about it."""
    if each.use.produced_by is not None:
        return "不用交"
    if each.waived_if == "":
        return "免交"
    if each.material.source is Source.SYSTEM:
        return "系统生成"
    return "看情况" if each.only_if else "必交"


def _gaps(services: Services, each: LeafletMaterial) -> Iterator[GuideGap]:
    catalogue = services.library.catalogue
    if each.use.produced_by is not None or each.waived_if == "":
        return
    for matter, written in each.gates:
        pending = terms(matter.accept_pending, catalogue.jurisdictions)
        planned = gate(matter, written, each.material, pending, {})
        whole = resolved(matter, catalogue)
        later, inform = matter.issue_then_supply, matter.inform_commit
        if planned.tolerable is not None and pending is not None:
            limit = f"受理后 {planned.tolerable} 个工作日内补齐，补齐前不发证"
            mode = Mode.ACCEPT_PENDING
            yield _gap(whole, mode, limit, basis_view(services, pending.basis))
        elif planned.tolerable is not None and later is not None:
            limit = f"结果发出后 {limit_words(later.limit)}内补齐"
            mode = Mode.ISSUE_THEN_SUPPLY
            yield _gap(whole, mode, limit, basis_view(services, later.basis))
        if planned.promised and inform is not None:
            limit = f"签承诺书代替；办后 {limit_words(inform.verify)}内核查"
            yield _gap(whole, Mode.INFORM_COMMIT, limit, basis_view(services, inform.basis))


def _gap(matter: MatterDefinition, mode: Mode, limit: str, basis: BasisView) -> GuideGap:
    return GuideGap(words.MODE[mode], matter.name, limit, of_lateness(matter, mode), basis)


# ── matters ────────────────────────────────────────


def matter_view(
    services: Services, definition: ServiceDefinition, each: LeafletMatter
) -> GuideMatter:
    """A linked matter: organ, limits, cost, what comes of it."""
    matter = each.matter
    organ = next(d for d in services.library.catalogue.departments if d.code == matter.department)
    return GuideMatter(
        name=matter.name,
        organ=organ.name,
        only_if=each.only_if,
        facts=tuple(_facts(services, definition, matter)),
        bases=tuple(basis_view(services, basis) for basis in matter.bases),
    )


def _facts(
    services: Services, definition: ServiceDefinition, matter: MatterDefinition
) -> Iterator[Pair]:
    names = {m.key: m.name for m in definition.matters}
    if matter.needs:
        told = (f"“{names[edge.matter]}”{_EDGES[edge.kind]}" for edge in matter.needs)
        yield Pair("什么时候办", "、".join(told))
    waits = [step for step in matter.steps if isinstance(step, Publicity)]
    for wait in waits:
        only = f"（{phrase(wait.when, definition)}的）" if wait.when else ""
        yield Pair(wait.name, f"{limit_words(wait.limit)}，法定，不算在承诺里{only}")
    if matter.filing is not None:
        yield Pair(matter.filing.name, f"{limit_words(matter.filing.limit)}内由申请人提出")
    if len(waits) < len(matter.steps):
        yield Pair("承诺时限", _limit(matter.promised))
        legal = _statutory(services, matter)
        yield Pair("法定时限", _limit(legal) if legal else "法律没有规定")
    fee = matter.fee
    yield Pair("收费", f"{fee.yuan} 元，{fee.says}" if fee and fee.yuan else "不收费")
    if matter.attend:
        yield Pair("须到场", matter.attend)
    papers = dict.fromkeys(document.name for document in matter.documents)
    if papers:
        yield Pair("办成后发给您", "、".join(papers))


def _limit(limit: Limit) -> str:
    return limit_words(limit) if limit.days else "当场办结"


def _statutory(services: Services, matter: MatterDefinition) -> Limit | None:
    if not isinstance(matter.statutory, str):
        return matter.statutory
    clocks = services.library.catalogue.clocks
    return next(clock.limit for clock in clocks if clock.id == matter.statutory)


def blocker_views(services: Services, found: Leaflet) -> Iterator[GuideBlocker]:
    """What rules it out."""
    for each in found.blockers:
        blocker = each.blocker
        yield GuideBlocker(
            blocker.reason,
            each.only_if,
            blocker.owner,
            blocker.remedy,
            basis_view(services, blocker.basis),
        )


def _contacts(services: Services, found: Leaflet) -> Iterator[GuideContact]:
    codes = dict.fromkeys(each.matter.department for each in found.matters)
    for code in codes:
        organ = next(d for d in services.library.catalogue.departments if d.code == code)
        yield GuideContact(organ.name, organ.phone, organ.remedies)
