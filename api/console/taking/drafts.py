"""Drafts: loading and saving them, the head their pages share, and lists of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from activities.store.desk import applications as kept
from activities.store.desk.accounts import accounts
from activities.store.desk.applications import ApplicationStatus, ApplicationView
from api import intake
from api.console import words
from api.console.request import Visit, submission
from api.console.taking.standing import Standing, standing, url_of
from api.console.views.intake import DraftHead, DraftRow, StepLink
from api.console.views.shared import Breadcrumb
from api.entered import Entered, entered_of
from definitions.errors import Code, Refused
from definitions.rules.permissions import Act

CRUMBS = (Breadcrumb("受理", "/console/"), Breadcrumb("草稿", "/console/drafts"))
STEPS = (("引导", "guidance"), ("表单", "form"), ("材料", "materials"), ("核对", "check"))
_MOST = 100


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of saving. `theirs`: somebody else's newer draft stands in the way."""

    draft: ApplicationView
    theirs: bool = False


async def loaded(visitor: Visit, draft: str) -> Standing:
    """The draft and where it stands. Raises `unknown-draft`, `draft-closed`."""
    found = await intake.draft_of(visitor.services, visitor.actor, draft)
    return standing(visitor.services, found)


async def save(
    visitor: Visit, draft: ApplicationView, entered: Entered, expected: int | None
) -> Saved:
    """Keep what was entered, unless it is kept already or somebody else was quicker."""
    if entered == entered_of(draft):
        return Saved(draft)
    seen = draft.version if expected is None else expected
    try:
        found = await intake.revise(
            visitor.services, visitor.actor, draft.id, entered, expected=seen
        )
    except Refused as refused:
        if refused.code is not Code.VERSION_CONFLICT:
            raise
        return Saved(await intake.draft_of(visitor.services, visitor.actor, draft.id), theirs=True)
    return Saved(found)


def head(at: Standing, step: str, *, action: str = "") -> DraftHead:
    """What the pages of one draft have in common."""
    index = next(i for i, (_, path) in enumerate(STEPS) if path == step)
    reach = _reach(at)
    return DraftHead(
        firm=at.draft.firm_name,
        service=at.definition.name,
        steps=tuple(
            StepLink(
                label,
                f"{at.url}/{path}" if i <= max(reach, index) else "",
                current=i == index,
                done=i < reach and i != index,
            )
            for i, (label, path) in enumerate(STEPS)
        ),
        submission=submission(f"{at.url}/{action or step}", at.draft.version),
        saved_at=at.draft.changed_at,
        back_url=f"{at.url}/{STEPS[index - 1][1]}" if index else "",
    )


async def listed(visitor: Visit) -> tuple[tuple[ApplicationView, DraftRow], ...]:
    """The drafts this person may take up, latest change first."""
    async with visitor.services.store.reading() as session:
        found = await kept.drafts(
            session,
            owner=visitor.who.account.id,
            with_handed_over=visitor.may(Act.SUBMIT),
            after=None,
            limit=_MOST,
        )
        names = {account.id: account.name for account in await accounts(session)}
    return tuple((draft, _row(visitor, draft, names)) for draft in found)


async def under_way(visitor: Visit, service: str, code: str) -> DraftRow | None:
    """One's own draft of this service for this firm, if there is one already."""
    wanted = (visitor.who.account.id, service, code, ApplicationStatus.DRAFT)
    return next(
        (
            row
            for draft, row in await listed(visitor)
            if (draft.owner, draft.service, draft.firm_code, draft.state) == wanted
        ),
        None,
    )


def _reach(at: Standing) -> int:
    """How many steps are done: so far one may go."""
    if at.plan is None:
        return 0
    if at.faults:
        return 1
    return 2 if at.undecided else 3


def _row(visitor: Visit, draft: ApplicationView, names: Mapping[str, str]) -> DraftRow:
    owner = names.get(draft.owner, "")
    handed_over = draft.state is ApplicationStatus.HANDED_OVER
    try:
        at = standing(visitor.services, draft)
    except Refused:
        name, step, path = draft.service, "这项服务已经停办", "guidance"
    else:
        (label, path), name = STEPS[_reach(at)], at.definition.name
        step = f"{label}，待填 {len(at.faults)} 项" if path == "form" else label
    return DraftRow(
        firm=draft.firm_name,
        service=name,
        url=f"{url_of(draft.id)}/{path}",
        step=step,
        saved_at=draft.changed_at,
        owner="待认领" if handed_over and visitor.may(Act.SUBMIT) else owner,
        status=words.BUNDLE["handed_over" if handed_over else "draft"],
        handed_over_by=owner if handed_over else "",
    )
