"""From matches and entitlements as they are read to the rows of a run's list and sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from activities.store.benefits.reading import EntryLine, MatchLine, Tally
from api.benefits.working import SampleView
from api.console import benefit_words as words
from api.console import formats
from api.console.fill import benefits as fill
from api.console.request import Posted, submission
from api.console.views.benefits import ActForm, ListRow, SampleRow, WorkingView
from api.console.views.shared import (
    FieldControl,
    FieldView,
    Filters,
    Link,
    Option,
    Tab,
)
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase, RunState
from definitions.language.benefits import PolicyDefinition, SubjectKind, Verdict

VIEWS: Mapping[str, str] = {
    "listed": "应享",
    "hit": "符合",
    "near": "差一点",
    "unknown": "数据缺失",
    "excluded": "排除",
}
VERDICTS: Mapping[str, Verdict] = {
    "hit": Verdict.HIT,
    "near": Verdict.MISS,
    "unknown": Verdict.UNKNOWN,
    "excluded": Verdict.EXCLUDED,
}
ABOUT: Mapping[str, str] = {
    "near": "只差一个条件、其余都符合的；点开看差多少。",
    "unknown": "缺数据的不当作不符合：来源恢复后重新比对，或者请本人提供、人工核对。",
    "excluded": "条件都符合，但有排除的情形。",
}
CODE = "信用代码或证件号码"
ANSWERS: Mapping[str, str] = {"right": "结果对", "wrong": "结果不对"}
_STRIKABLE = frozenset({Status.LISTED, Status.STRUCK})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a list; of one `subject` by its number, which says nothing of who it is."""

    run: str
    view: str
    status: Status | None
    reason: str
    subject: int | None = None

    @property
    def is_match(self) -> bool:
        """Whether results of the match are asked for, and not entitlements."""
        return self.view in VERDICTS


def url(asked: Asked, *, after: str = "") -> str:
    """Where that list stands."""
    return fill.with_query(
        fill.run_url(asked.run, "list"),
        view="" if asked.view == "listed" else asked.view,
        status=asked.status,
        reason=asked.reason,
        subject="" if asked.subject is None else str(asked.subject),
        after=after,
    )


def views(asked: Asked, state: RunState, tallies: Sequence[Tally]) -> tuple[Tab, ...]:
    """The lists of a run, each with its number."""
    counts = state.counts
    numbers = {
        "listed": sum(each.count for each in tallies),
        "hit": counts.hits,
        "near": counts.near,
        "unknown": counts.unknown,
        "excluded": counts.excluded,
    }
    bare = Asked(asked.run, "listed", None, "")
    return tuple(
        Tab(label, url(replace(bare, view=name)), current=name == asked.view, count=numbers[name])
        for name, label in VIEWS.items()
    )


def filters(asked: Asked, policy: PolicyDefinition) -> Filters:
    """Entitlements by status, matches by the condition that decided them."""
    fields: list[FieldView] = []
    chips: list[Link] = []
    if asked.is_match:
        says = {each.id: each.says for each in policy.conditions}
        reasons = (Option(k, v, chosen=k == asked.reason) for k, v in says.items())
        options = (Option("", "全部"), *reasons)
        fields.append(
            FieldView("reason", "条件", FieldControl.LIST, options=options, required=False)
        )
        if asked.reason:
            chips.append(Link(says.get(asked.reason, asked.reason), url(replace(asked, reason=""))))
    else:
        chosen = (Option(s, words.STATUS[s].label, chosen=s is asked.status) for s in Status)
        options = (Option("", "全部"), *chosen)
        fields.append(
            FieldView("status", "状态", FieldControl.LIST, options=options, required=False)
        )
        if asked.status:
            label = words.STATUS[asked.status].label
            chips.append(Link(label, url(replace(asked, status=None))))
    if asked.subject is not None:
        chips.append(Link("只看一户（人）", url(replace(asked, subject=None))))
    kept = (("view", asked.view),) if asked.is_match else ()
    if asked.subject is not None:
        kept = (*kept, ("subject", str(asked.subject)))
    return Filters(fill.run_url(asked.run, "list"), tuple(fields), tuple(chips), kept)


def finding(action: str, wrong: str = "", *, typed: str = "") -> ActForm:
    """The form that finds one by its code, which stands in no address: addresses are logged."""
    field = FieldView("code", CODE, value=typed, error=wrong, max_length=40)
    return ActForm("查找", submission(action), (field,))


def entry_row(line: EntryLine, says: Mapping[str, str], state: RunState) -> ListRow:
    """An entitlement; while the list is reviewed, it is struck and restored on its own page."""
    link = Link(line.name, fill.entitlement_url(line.id))
    act: Link | None = None
    if state.phase is Phase.REVIEW and line.status in _STRIKABLE:
        act = Link("移出" if line.status is Status.LISTED else "放回", link.url)
    return ListRow(
        link=link,
        code=code(line.kind, line.code),
        status=words.STATUS[line.status],
        fen=line.fen,
        why=fill.why(line.why, says),
        act=act,
    )


def match_row(run: str, line: MatchLine, says: Mapping[str, str]) -> ListRow:
    """A result of the match, with the conditions that decided it."""
    return ListRow(
        link=Link(line.name, fill.subject_url(run, line.subject)),
        code=code(line.kind, line.code),
        status=words.NEAR if line.near else words.VERDICT[line.verdict],
        fen=line.amount,
        why="；".join(fill.why(each, says) for each in line.reasons),
        act=entitlement_link(line),
    )


def entitlement_link(line: MatchLine) -> Link | None:
    """What became of it, where something did."""
    if line.entitlement is None or line.status is None:
        return None
    return Link(words.STATUS[line.status].label, fill.entitlement_url(line.entitlement))


def code(kind: SubjectKind, said: str) -> str:
    """A firm's code as it is; a person's number masked."""
    return said if kind is SubjectKind.FIRM else formats.masked_id(said)


def typed(form: Posted) -> dict[str, str]:
    """What was answered to a sample."""
    return {name: value for name, value in form.fields if name.startswith(("right-", "note-"))}


def sample_row(
    found: SampleView, shown: WorkingView, said: Mapping[str, str], error: str
) -> SampleRow:
    """One of the sample, with the fields by which a person says what was found."""
    name = str(found.line.subject)
    right = said.get(f"right-{name}", "")
    return SampleRow(
        id=name,
        name=found.line.name,
        code=code(found.line.kind, found.line.code),
        working=shown,
        right=FieldView(
            f"right-{name}",
            "手工核对",
            FieldControl.CHOICE,
            options=tuple(Option(k, v, chosen=k == right) for k, v in ANSWERS.items()),
            error=error,
        ),
        note=FieldView(
            f"note-{name}",
            "说明",
            value=said.get(f"note-{name}", ""),
            required=False,
            max_length=200,
        ),
    )
