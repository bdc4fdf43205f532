"""One application as a reader may see it, and finding some by number, firm or credit code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from activities.store.desk.applications import Answer
from activities.store.desk.sharing import Checked, Corrected, Overridden
from activities.store.engine import ReadSession
from activities.store.reading.documents import DocumentView, documents_of
from activities.store.reading.materials import MaterialView, materials_of
from activities.store.reading.matters import LinkedMatter, MatterView, split
from activities.store.reading.scope import Read, Scope, takes_part
from activities.store.reading.search import candidates, page_of
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle
from definitions.rules.conditions import Fact
from definitions.rules.prechecks import Finding


class BundleHead(Read):
    """An application in a list."""

    number: str
    service: str
    name: str
    situation: str
    situation_name: str
    lead: str
    status: str
    version: int
    started_at: datetime
    closed_at: datetime | None
    firm_code: str
    firm_name: str


class Shared(Read):
    """What an organ should know of sharing: whom it verified, what was put right or asked for."""

    persons: Mapping[str, Checked] = {}
    overrides: Mapping[str, Overridden] = {}
    corrected: Mapping[str, Corrected] = {}


class ApplicationFacts(Read):
    """What the applicant said and the registers knew, as it was submitted."""

    application: str
    channel: str
    firm: Mapping[str, Fact]
    firm_source: Mapping[str, str]
    answers: Mapping[str, Answer]
    form: Mapping[str, str]
    corrections: Mapping[str, str] = {}
    sharing: Shared = Shared()
    committed: tuple[str, ...]
    submitted_at: datetime | None
    submitted_by: str | None
    findings: tuple[Finding, ...] = ()

    @property
    def stands(self) -> Mapping[str, str]:
        """The form with everything that was put right since (当场更正)."""
        return {**self.form, **self.corrections}


class BundleView(BundleHead):
    """One application whole. A department reads its own matters, and how the others stand."""

    service_version: int
    definition_sha256: str
    application: ApplicationFacts
    matters: tuple[MatterView, ...]
    linked: tuple[LinkedMatter, ...]
    materials: tuple[MaterialView, ...]
    documents: tuple[DocumentView, ...]


async def bundle_head(session: ReadSession, number: str, scope: Scope) -> BundleHead | None:
    """The application, without what belongs to it."""
    found = (
        await session.execute(
            select(Bundle, Application.firm_code, Application.firm_name)
            .join(Application, Application.id == Bundle.application)
            .where(Bundle.number == number, takes_part(scope))
        )
    ).first()
    return _head(*found) if found else None


async def definition_sha256(session: ReadSession, number: str) -> str | None:
    """The digest of the rules the application is handled under."""
    return await session.scalar(select(Bundle.definition_sha256).where(Bundle.number == number))


async def bundle(session: ReadSession, number: str, scope: Scope) -> BundleView | None:
    """The application with all the reader may see of it: as many queries however large it is."""
    found = (
        await session.execute(
            select(Bundle, Application)
            .join(Application, Application.id == Bundle.application)
            .where(Bundle.number == number, takes_part(scope))
        )
    ).first()
    if found is None:
        return None
    row, application = found
    own, linked = await split(session, number, scope)
    return BundleView(
        **_of_bundle(row),
        firm_code=application.firm_code,
        firm_name=application.firm_name,
        service_version=row.service_version,
        definition_sha256=row.definition_sha256,
        application=ApplicationFacts(
            application=application.id,
            **{
                name: getattr(application, name)
                for name in ApplicationFacts.model_fields
                if name != "application"
            },
        ),
        matters=own,
        linked=linked,
        materials=await materials_of(session, number, own, scope),
        documents=await documents_of(session, number, own),
    )


async def search(
    session: ReadSession, scope: Scope, *, asked: str, after: str | None, limit: int
) -> Sequence[BundleHead]:
    """Applications, newest first: by number or its end, credit code, or part of a firm's name."""
    query = select(Bundle, Application.firm_code, Application.firm_name).join(
        Application, Application.id == Bundle.application
    )
    if asked:
        found = page_of(await candidates(session, scope, asked), after, limit)
        query = query.where(Bundle.number.in_(found))
    else:
        query = query.where(takes_part(scope))
    if after is not None:
        query = query.where(Bundle.number < after)
    rows = await session.execute(query.order_by(Bundle.number.desc()).limit(limit))
    return [_head(*row) for row in rows]


async def heads(session: ReadSession, numbers: Sequence[str]) -> Sequence[BundleHead]:
    """These applications, the latest first. The caller has made sure that they may be seen."""
    rows = await session.execute(
        select(Bundle, Application.firm_code, Application.firm_name)
        .join(Application, Application.id == Bundle.application)
        .where(Bundle.number.in_(numbers))
        .order_by(Bundle.number.desc())
    )
    return [_head(*row) for row in rows]


def _head(row: Bundle, firm_code: str, firm_name: str) -> BundleHead:
    return BundleHead(**_of_bundle(row), firm_code=firm_code, firm_name=firm_name)


def _of_bundle(row: Bundle) -> dict[str, Any]:
    return {
        name: getattr(row, name)
        for name in BundleHead.model_fields
        if name not in {"firm_code", "firm_name"}
    }
