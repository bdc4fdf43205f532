"""Every page of the console with realistic data, by name: for tests and for looking at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from api.console import deadlines, words
from api.console.render import Page
from api.console.views.entry import (
    BundleRow,
    ErrorPage,
    KeyGroup,
    KeyHelp,
    KeysPage,
    NotFoundPage,
    ResumePage,
    SearchPage,
    SignInPage,
)
from api.console.views.shared import (
    ErrorView,
    FieldControl,
    FieldView,
    Filters,
    Frame,
    Link,
    Option,
    Pager,
)
from api.definition_views import Stage
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from tests.support.console import (
    acts,
    benefit_money,
    benefits,
    bundles,
    calendars,
    checkups,
    connections,
    definitions,
    desk,
    facts,
    guide,
    handing_in,
    intake,
    parts,
    policies,
    prechecks,
    prepared,
    public,
    tasks,
    watching,
    working,
)
from tests.support.console.parts import choice, frame, on, submission, text


def sign_in() -> SignInPage:
    """After an expired session and a wrong password."""
    message = "账号或密码不对，请再输一次"
    return SignInPage(
        Frame("登录", parts.NOW, "/console/sign-in", errors=(ErrorView("password", message),)),
        submission("/console/sign-in"),
        text("account", "账号", "wangxy", autocomplete="username"),
        FieldView(
            "password",
            "密码",
            FieldControl.PASSWORD,
            error=message,
            autocomplete="current-password",
        ),
        "/console/",
        parked="gAAAAABsealed",
    )


def resume() -> ResumePage:
    """The form that came after the session had ended."""
    return ResumePage(
        Frame("接着办", parts.NOW, "/console/"),
        "/console/drafts/D-20261124-0031/form",
        (("key", parts.KEY), ("version", "5"), ("new_name", "上海云间食光餐饮管理有限公司")),
        "/console/drafts/D-20261124-0031/form",
    )


_SEARCH_ROWS = tuple(
    BundleRow(
        f"SJ-YJS-310117-2026111{i}-00012{i}",
        parts.BUNDLE_URL,
        service,
        firm,
        words.BUNDLE[state],
        due,
        holder,
    )
    for i, (service, firm, state, due, holder) in enumerate(
        (
            ("企业信息变更", parts.FIRM, "running", bundles.SOON, "区税务局 李国强等 3 个部门"),
            (
                "企业信息变更",
                parts.LONG_FIRM,
                "running",
                deadlines.running(due_on=on(7, 12), today=parts.TODAY, left=9),
                "等申请人补交布局图",
            ),
            (
                "企业注销（简易）",
                "上海泖田生态农业有限公司",
                "closed",
                deadlines.met(on(20)),
                "",
            ),
            ("企业注销（简易）", "上海佘山文化传播有限公司", "closed", None, ""),
        ),
    )
)
_SEARCH_STATES = choice(
    "state",
    "状态",
    tuple(
        Option(value, label)
        for value, label in (
            ("", "全部"),
            ("running", "办理中"),
            ("pending", "待补材料"),
            ("closed", "办结"),
            ("withdrawn", "撤回"),
            ("terminated", "终止"),
        )
    ),
    required=False,
)
_SEARCH_FILTERS = Filters(
    "/console/search",
    (text("q", "编号、信用代码或名称", "云间"), _SEARCH_STATES),
    (Link("云间", "/console/search"),),
)
SEARCH = SearchPage(
    frame("查询", "/console/search"),
    _SEARCH_FILTERS,
    _SEARCH_ROWS,
    Pager("/console/search?before=2", "/console/search?after=4"),
    searched=True,
)
"""Found."""


def search_empty(*, searched: bool) -> SearchPage:
    """Nothing found, or nothing asked."""
    return replace(SEARCH, rows=(), searched=searched)


def keys() -> KeysPage:
    """All keys."""
    return KeysPage(
        frame("帮助：快捷键", "/console/keys"),
        (
            KeyGroup(
                "列表",
                (
                    KeyHelp(("j", "k"), "下一行、上一行"),
                    KeyHelp(("o", "Enter"), "打开"),
                    KeyHelp(("c",), "领取"),
                ),
            ),
            KeyGroup(
                "办理",
                (
                    KeyHelp(("1", "…", "9"), "选第几项"),
                    KeyHelp(("n",), "下一待填"),
                    KeyHelp(("e",), "到决定处"),
                    KeyHelp(("Ctrl+Enter",), "提交（核对以后）"),
                    KeyHelp(("Esc",), "离开输入框"),
                ),
            ),
            KeyGroup(
                "各处",
                (
                    KeyHelp(("/",), "查询"),
                    KeyHelp(("u",), "返回上级"),
                    KeyHelp(("g", "i"), "到待办"),
                    KeyHelp(("?",), "本页"),
                ),
            ),
        ),
        submission("/console/preferences"),
    )


def error() -> ErrorPage:
    """The register is away."""
    return ErrorPage(
        frame("没有保存成功", "/console/drafts/D-1/form"),
        "登记库暂时连不上，正在恢复。",
        "您填写的内容仍在，请再试。",
        "4bf92f3577b34da6",
        (Link("再试一次", "/console/drafts/D-1/form"), Link("回到受理", "/console/")),
    )


def not_found() -> NotFoundPage:
    """No such application, or none to be seen."""
    return NotFoundPage(
        frame("没有找到", "/console/bundles/x"),
        "没有这个办件，或者它不归本部门办理。请核对编号。",
        (Link("查询办件", "/console/search"),),
    )


def next_year() -> SearchPage:
    """A limit in another year is written with the year."""
    page = SEARCH
    row = replace(
        page.rows[0],
        deadline=deadlines.running(
            due_on=date(2027, 1, 4), today=parts.TODAY, left=28, provisional=True
        ),
    )
    return replace(page, rows=(row,))


SAMPLES: Mapping[str, Page] = {
    "sign_in": sign_in(),
    "resume": resume(),
    "home": intake.home(),
    "home_empty": intake.home_empty(),
    "drafts": intake.drafts_page(),
    "drafts_empty": replace(intake.drafts_page(), rows=()),
    "guidance": intake.guidance(),
    "guidance_blocked": intake.guidance_blocked(),
    "guidance_day": intake.guidance_day(),
    "form": intake.FORM,
    "materials": handing_in.MATERIALS,
    "check": handing_in.CHECK,
    "check_findings": prechecks.check_with_findings(),
    "precheck": prechecks.ahead(),
    "precheck_unasked": prechecks.ahead_unasked(),
    "check_remote": handing_in.check_remote(),
    "commitment": handing_in.commitment_page(),
    "prepared": prepared.prepared_page(),
    "receipt": handing_in.RECEIPT,
    "checkup_entry": checkups.entry_page(),
    "checkup": checkups.check_up(),
    "checkup_empty": checkups.check_up_empty(),
    "own_checkup": checkups.own_check_up(),
    "public_benefits": checkups.public_benefits(),
    "public_benefits_empty": replace(checkups.public_benefits(), rows=()),
    "public_list": checkups.public_list(),
    "public_object": checkups.public_object(),
    "my_entry": checkups.my_entry(),
    "my_benefits": checkups.my_benefits(),
    "my_benefits_empty": checkups.my_benefits_empty(),
    "my_decision": checkups.my_decision(),
    "bundle": bundles.bundle(),
    "bundle_unhappy": bundles.bundle_unhappy(),
    "bundle_materials": bundles.bundle_materials(),
    "timeline": bundles.timeline(),
    "bundle_documents": bundles.bundle_documents(),
    "bundle_documents_empty": replace(bundles.bundle_documents(), documents=()),
    "matter": bundles.matter(),
    "matter_refused": bundles.matter_refused(),
    "matter_filing": bundles.matter_filing(),
    "matter_suspended": acts.matter_suspended(),
    "act": acts.act(),
    "act_with_files": acts.act_with_files(),
    "correct": acts.correct(),
    "withdraw": bundles.withdraw(),
    "inbox": desk.inbox(),
    "inbox_empty": desk.inbox_empty(),
    "inbox_item": desk.inbox_of_one_item(),
    "bulk": desk.bulk_result(),
    "settings": working.settings(),
    "absences": working.absences(),
    "absences_empty": working.absences_empty(),
    "task_returned": tasks.task_returned(),
    "task_return": working.task_return(),
    "task": tasks.task(),
    "task_decide": tasks.task_decide(),
    "task_unclaimed": tasks.task_unclaimed(),
    "task_receipt": acts.task_receipt(),
    "task_hearing": acts.task_hearing(),
    "documents": desk.handing_out(),
    "documents_empty": desk.handing_out_empty(),
    "search": SEARCH,
    "search_empty": search_empty(searched=True),
    "search_unasked": search_empty(searched=False),
    "search_next_year": next_year(),
    "keys": keys(),
    "error": error(),
    "not_found": not_found(),
    "calendars": calendars.overview(),
    "calendars_empty": calendars.overview_empty(),
    "calendar_year": calendars.year(),
    "calendar_preview": calendars.preview(),
    "connections": connections.overview(),
    "connections_empty": connections.overview_empty(),
    "connection": connections.one(),
    "connection_secret": connections.one("whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="),
    "assignments": connections.assignments(),
    "assignments_empty": connections.assignments_empty(),
    "refused_calls": connections.refused(),
    "refused_calls_none": connections.refused_none(),
    "reconciliation": connections.reconciliation(),
    "reconciliation_agreed": connections.reconciliation_agreed(),
    "recalculation": calendars.recalculation(),
    "recalculation_paused": calendars.recalculation("paused"),
    "progress": public.PROGRESS,
    "progress_refused": public.progress_refused(),
    "progress_query": public.progress_query(),
    "definitions": definitions.overview(),
    "definitions_empty": replace(definitions.overview(), rows=()),
    "definition": definitions.one(),
    "definition_rules": definitions.rules(),
    "definition_diff": definitions.diff(),
    "definition_diff_none": replace(definitions.diff(), before="", versions=(), sections=()),
    "definition_checks": definitions.checks(),
    "definition_impact": definitions.impact(),
    "definition_impact_own": definitions.impact_own(),
    "definition_propose": definitions.propose(),
    "policies": policies.overview(),
    "policies_empty": replace(policies.overview(), rows=(), propose_url=""),
    "policy": policies.one(),
    "policy_certain": replace(policies.one("child_rearing_subsidy"), uncertain=""),
    "policy_decide": policies.decide(),
    "policy_decide_own": policies.decide(visitor="a1"),
    "policy_decide_retire": policies.decide(Stage.IN_FORCE),
    "simulate": policies.simulate(),
    "simulate_nothing": replace(policies.simulate(), submission=None, rows=()),
    "simulation": policies.simulation(),
    "facts": facts.overview(),
    "facts_wrong": facts.overview(wrong=True),
    "facts_empty": replace(facts.overview(), rows=(), newest=(), load=None, fields=()),
    "fact_batch": facts.one(),
    "fact_batch_fine": facts.one(0),
    "fact_batch_more": facts.one(more=True),
    "fact_subject": facts.subject(),
    "guide": guide.overview(),
    "guide_nothing": guide.overview("住所 火星"),
    "guide_service": guide.service(),
    "guide_situation": guide.situation(),
    "guide_situation_change": guide.situation("company_change"),
    "guide_check": guide.step(),
    "guide_check_done": guide.done(),
    "clocks": watching.clocks(),
    "public_clocks": watching.public_clocks(),
    "decisions": public.decisions(),
    "supervision": watching.supervision(),
    "watch": watching.WATCH,
    "watch_empty": replace(watching.WATCH, rows=()),
    "credits": watching.credit_records(),
    "watch_tasks": watching.TASKS,
    "watch_tasks_empty": replace(watching.TASKS, rows=(), tabs=()),
    "watch_act": watching.task_act(),
    "officers": watching.officers(),
    "officers_empty": replace(watching.officers(), rows=()),
    "outside": watching.outside(),
    "outside_empty": replace(watching.outside(), figures=(), leads=()),
    "outside_no_leads": replace(watching.outside(), leads=()),
    "digest": watching.digest(),
    "digest_missing": watching.digest_missing(),
    "benefit_runs": benefits.runs(),
    "benefit_runs_empty": replace(benefits.runs(), rows=(), begin_url=""),
    "benefit_begin": benefits.begin(),
    "benefit_begin_none": replace(benefits.begin(), none="本机关没有施行中的政策。"),
    "benefit_run": benefits.run(),
    "benefit_run_paying": benefits.run(Phase.PAYING, done=9_000),
    "benefit_run_trial": benefits.run(Phase.TRIAL, done=0),
    "benefit_run_closed": benefits.run(Phase.CLOSED, done=0),
    "benefit_sample": benefits.sample(),
    "benefit_sample_seen": benefits.sample(mine=False),
    "benefit_sample_none": replace(benefits.sample(), rows=(), why_not=""),
    "benefit_subject": benefits.subject(),
    "benefit_list": benefits.listed(),
    "benefit_list_empty": replace(benefits.listed(), rows=(), next_act=None, give_back=None),
    "benefit_entitlement": benefit_money.entitlement(),
    "benefit_entitlement_back": benefit_money.entitlement(Status.RECOVERING),
    "benefit_report": benefit_money.closing_report(),
    "benefit_report_missing": benefit_money.closing_report(there=False),
    "benefit_entitlements": benefit_money.found(),
    "benefit_entitlements_empty": replace(benefit_money.found(), rows=()),
    "benefit_cases": benefit_money.cases(),
    "benefit_cases_of_run": benefit_money.cases(of_run=True),
    "benefit_cases_empty": replace(benefit_money.cases(), rows=()),
    "benefit_payments": benefit_money.payments(),
    "benefit_payments_empty": replace(benefit_money.payments(), rows=()),
    "benefit_budgets": benefit_money.budgets(),
    "benefit_budget": benefit_money.budgets(changing=True),
    "benefit_budgets_empty": replace(benefit_money.budgets(), rows=()),
    "benefit_recoveries": benefit_money.recoveries(),
    "benefit_recoveries_empty": replace(benefit_money.recoveries(), rows=()),
}
