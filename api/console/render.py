"""From a page's dataclass to HTML. The only place where Jinja is set up and templates are chosen.

Pages need no inline script and no inline style, so a strict Content-Security-Policy holds.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from api.console import formats, graph, qr
from api.console.views import (
    acts,
    beneficiary,
    benefit_money,
    benefits,
    bundle,
    calendars,
    checkups,
    clocks,
    connections,
    definitions,
    desk,
    entry,
    facts,
    guide,
    intake,
    policies,
    prechecks,
    prepared,
    public,
    supervision,
    working,
)
from api.console.views.shared import DeadlineKind, FieldControl, Frame
from definitions.rules.money import yuan

HERE = Path(__file__).parent
STATIC = HERE / "static"

Page = (
    entry.SignInPage
    | entry.ResumePage
    | entry.SearchPage
    | entry.KeysPage
    | entry.ErrorPage
    | entry.NotFoundPage
    | intake.HomePage
    | intake.DraftsPage
    | intake.GuidancePage
    | intake.FormPage
    | intake.MaterialsPage
    | intake.CheckPage
    | intake.CommitmentPage
    | intake.ReceiptPage
    | prechecks.AheadPage
    | prepared.PreparedPage
    | bundle.BundlePage
    | bundle.BundleMaterialsPage
    | bundle.TimelinePage
    | bundle.BundleDocumentsPage
    | bundle.MatterPage
    | bundle.WithdrawPage
    | clocks.ClocksPage
    | clocks.PublicClocksPage
    | acts.ActPage
    | acts.CorrectPage
    | desk.InboxPage
    | desk.TaskPage
    | desk.BulkPage
    | working.SettingsPage
    | working.AbsencesPage
    | desk.DocumentsPage
    | calendars.CalendarsPage
    | calendars.CalendarYearPage
    | calendars.CalendarPreviewPage
    | calendars.RecalculationPage
    | connections.ConnectionsPage
    | connections.ConnectionPage
    | connections.AssignmentsPage
    | connections.RefusedCallsPage
    | connections.ReconciliationPage
    | public.ProgressQueryPage
    | public.ProgressPage
    | public.DecisionsPage
    | checkups.CheckUpEntryPage
    | checkups.CheckUpPage
    | checkups.OwnCheckUpPage
    | beneficiary.PublicBenefitsPage
    | beneficiary.PublicListPage
    | beneficiary.ObjectPage
    | beneficiary.MyEntryPage
    | beneficiary.MyBenefitsPage
    | beneficiary.MyDecisionPage
    | guide.GuidePage
    | guide.GuideServicePage
    | guide.GuideSituationPage
    | guide.GuideCheckPage
    | definitions.DefinitionsPage
    | definitions.DefinitionPage
    | definitions.DefinitionRulesPage
    | definitions.DefinitionDiffPage
    | definitions.DefinitionChecksPage
    | definitions.DefinitionImpactPage
    | definitions.ProposePage
    | facts.FactsPage
    | facts.BatchPage
    | facts.SubjectFactsPage
    | policies.PoliciesPage
    | policies.PolicyPage
    | policies.PolicyDecidePage
    | policies.SimulatePage
    | policies.SimulationPage
    | supervision.SupervisionPage
    | supervision.WatchPage
    | supervision.CreditsPage
    | supervision.TaskWatchPage
    | supervision.TaskActPage
    | supervision.OfficersPage
    | supervision.OutsidePage
    | supervision.DigestPage
    | benefits.RunsPage
    | benefits.BeginPage
    | benefits.RunPage
    | benefits.SamplePage
    | benefits.SubjectPage
    | benefits.ListPage
    | benefit_money.EntitlementPage
    | benefit_money.EntitlementsPage
    | benefit_money.CasesPage
    | benefit_money.PaymentsPage
    | benefit_money.BudgetsPage
    | benefit_money.RecoveriesPage
    | benefit_money.ReportPage
)

TEMPLATES: Mapping[type[Page], str] = MappingProxyType(
    {
        entry.SignInPage: "sign_in.html",
        entry.ResumePage: "resume.html",
        entry.SearchPage: "search.html",
        entry.KeysPage: "keys.html",
        entry.ErrorPage: "error.html",
        entry.NotFoundPage: "not_found.html",
        intake.HomePage: "home.html",
        intake.DraftsPage: "drafts.html",
        intake.GuidancePage: "guidance.html",
        intake.FormPage: "form.html",
        intake.MaterialsPage: "materials.html",
        intake.CheckPage: "check.html",
        intake.CommitmentPage: "commitment.html",
        intake.ReceiptPage: "receipt.html",
        prechecks.AheadPage: "precheck.html",
        prepared.PreparedPage: "prepared.html",
        bundle.BundlePage: "bundle.html",
        bundle.BundleMaterialsPage: "bundle_materials.html",
        bundle.TimelinePage: "timeline.html",
        bundle.BundleDocumentsPage: "bundle_documents.html",
        bundle.MatterPage: "matter.html",
        bundle.WithdrawPage: "withdraw.html",
        clocks.ClocksPage: "clocks.html",
        clocks.PublicClocksPage: "public_clocks.html",
        acts.ActPage: "act.html",
        acts.CorrectPage: "correct.html",
        desk.InboxPage: "inbox.html",
        desk.TaskPage: "task.html",
        desk.BulkPage: "bulk.html",
        working.SettingsPage: "settings.html",
        working.AbsencesPage: "absences.html",
        desk.DocumentsPage: "documents.html",
        calendars.CalendarsPage: "calendars.html",
        calendars.CalendarYearPage: "calendar_year.html",
        calendars.CalendarPreviewPage: "calendar_preview.html",
        calendars.RecalculationPage: "recalculation.html",
        connections.ConnectionsPage: "connections.html",
        connections.ConnectionPage: "connection.html",
        connections.AssignmentsPage: "assignments.html",
        connections.RefusedCallsPage: "refused_calls.html",
        connections.ReconciliationPage: "reconciliation.html",
        public.ProgressQueryPage: "progress_query.html",
        public.ProgressPage: "progress.html",
        public.DecisionsPage: "decisions.html",
        checkups.CheckUpEntryPage: "checkup_entry.html",
        checkups.CheckUpPage: "checkup.html",
        checkups.OwnCheckUpPage: "own_checkup.html",
        beneficiary.PublicBenefitsPage: "public_benefits.html",
        beneficiary.PublicListPage: "public_list.html",
        beneficiary.ObjectPage: "public_object.html",
        beneficiary.MyEntryPage: "my_entry.html",
        beneficiary.MyBenefitsPage: "my_benefits.html",
        beneficiary.MyDecisionPage: "my_decision.html",
        guide.GuidePage: "guide.html",
        guide.GuideServicePage: "guide_service.html",
        guide.GuideSituationPage: "guide_situation.html",
        guide.GuideCheckPage: "guide_check.html",
        definitions.DefinitionsPage: "definitions.html",
        definitions.DefinitionPage: "definition.html",
        definitions.DefinitionRulesPage: "definition_rules.html",
        definitions.DefinitionDiffPage: "definition_diff.html",
        definitions.DefinitionChecksPage: "definition_checks.html",
        definitions.DefinitionImpactPage: "definition_impact.html",
        definitions.ProposePage: "definition_propose.html",
        facts.FactsPage: "facts.html",
        facts.BatchPage: "fact_batch.html",
        facts.SubjectFactsPage: "fact_subject.html",
        policies.PoliciesPage: "policies.html",
        policies.PolicyPage: "policy.html",
        policies.PolicyDecidePage: "policy_decide.html",
        policies.SimulatePage: "simulate.html",
        policies.SimulationPage: "simulation.html",
        supervision.SupervisionPage: "supervision.html",
        supervision.WatchPage: "watch.html",
        supervision.CreditsPage: "credits.html",
        supervision.TaskWatchPage: "watch_tasks.html",
        supervision.TaskActPage: "watch_act.html",
        supervision.OfficersPage: "officers.html",
        supervision.OutsidePage: "outside.html",
        supervision.DigestPage: "digest.html",
        benefits.RunsPage: "benefit_runs.html",
        benefits.BeginPage: "benefit_begin.html",
        benefits.RunPage: "benefit_run.html",
        benefits.SamplePage: "benefit_sample.html",
        benefits.SubjectPage: "benefit_subject.html",
        benefits.ListPage: "benefit_list.html",
        benefit_money.EntitlementPage: "benefit_entitlement.html",
        benefit_money.EntitlementsPage: "benefit_entitlements.html",
        benefit_money.CasesPage: "benefit_cases.html",
        benefit_money.PaymentsPage: "benefit_payments.html",
        benefit_money.BudgetsPage: "benefit_budgets.html",
        benefit_money.RecoveriesPage: "benefit_recoveries.html",
        benefit_money.ReportPage: "benefit_report.html",
    },
)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""What the pages need and no more; the routes send it with every page."""


def _now(context: Context) -> datetime:
    """The page's moment: "今天" and whether a year is written depend on it."""
    frame = context["frame"]
    if not isinstance(frame, Frame):
        msg = "templates are rendered through render()"
        raise TypeError(msg)
    return frame.now_at


@pass_context
def _day(context: Context, value: date | datetime) -> str:
    return formats.day(value, _now(context))


@pass_context
def _short_day(context: Context, value: date | datetime) -> str:
    return formats.short_day(value, _now(context))


@pass_context
def _moment(context: Context, value: datetime) -> str:
    return formats.moment(value, _now(context))


def asset(name: str) -> str:
    """The address of a static file, changing with its content so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/console/static/{name}?v={digest}"


def environment() -> Environment:
    """The Jinja environment; the tests that compare templates with dataclasses use it too."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "day": _day,
        "short_day": _short_day,
        "moment": _moment,
        "long_day": formats.long_day,
        "long_moment": formats.long_moment,
        "iso_day": formats.iso_day,
        "weekday": formats.weekday,
        "clock": formats.clock,
        "unit": formats.unit,
        "masked_id": formats.masked_id,
        "masked_phone": formats.masked_phone,
        "masked_name": formats.masked_name,
        "code": formats.code,
        "size": formats.size,
        "known": formats.known,
        "yuan": yuan,
        "qr": qr.qr,
    }
    made.globals |= {
        "css": asset("console.css"),
        "icon": asset("icon.svg"),
        "script": asset("console.js"),
        "draw": graph.draw,
        "Kind": DeadlineKind,
        "Control": FieldControl,
    }
    return made


_ENVIRONMENT = environment()


def render(page: Page) -> str:
    """The whole HTML page."""
    return _ENVIRONMENT.get_template(TEMPLATES[type(page)]).render(page=page, frame=page.frame)
