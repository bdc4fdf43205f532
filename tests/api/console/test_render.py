"""Every page renders, and shows everything its view model holds."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from jinja2 import nodes

from api.console.render import HERE, STATIC, TEMPLATES, Page, asset, environment, render
from api.console.views import (
    acts,
    beneficiary,
    benefit_money,
    benefits,
    bundle,
    calendars,
    charts,
    checkups,
    clocks,
    connections,
    definitions,
    desk,
    entry,
    facts,
    guide,
    intake,
    materials,
    public,
    shared,
    supervision,
    working,
)
from tests.support.console_samples import SAMPLES

MODULES = (
    *(beneficiary, checkups, facts),
    *(shared, acts, materials, entry, intake, bundle, desk, calendars, clocks, public),
    *(supervision, guide, definitions, working, connections, charts, benefits, benefit_money),
)
BUDGET_HTML = 100_000
BUDGET_CSS = 30_000
BUDGET_SCRIPT = 15_000


def templates() -> Iterator[Path]:
    """All template files."""
    return (HERE / "templates").rglob("*.html")


def parsed(path: Path) -> nodes.Template:
    """A template's syntax tree."""
    return environment().parse(path.read_text(encoding="utf-8"))


def used(of: str, tree: nodes.Node) -> set[str]:
    """Names read from the variable `of`."""
    return {
        each.attr
        for each in tree.find_all(nodes.Getattr)
        if isinstance(each.node, nodes.Name) and each.node.name == of
    }


def chain(name: str) -> list[nodes.Template]:
    """A template and those it extends."""
    tree = parsed(HERE / "templates" / name)
    found = [tree]
    for parent in tree.find_all(nodes.Extends):
        assert isinstance(parent.template, nodes.Const)
        found += chain(parent.template.value)
    return found


class TestEveryPage:
    @pytest.mark.parametrize("name", SAMPLES)
    def test_renders_with_nothing_undefined_within_the_budget(self, name: str) -> None:
        html = render(SAMPLES[name])
        assert html.startswith("<!doctype html>")
        assert len(html.encode()) <= BUDGET_HTML

    @pytest.mark.parametrize("name", SAMPLES)
    def test_needs_no_inline_script_or_style(self, name: str) -> None:
        html = render(SAMPLES[name])
        assert " style=" not in html
        assert " onclick=" not in html
        assert "<style" not in html
        assert html.count("<script") == html.count('<script type="module" src="/console/static/')

    @pytest.mark.parametrize("name", SAMPLES)
    def test_has_one_heading_of_the_first_rank_and_one_primary_act(self, name: str) -> None:
        html = render(SAMPLES[name])
        assert html.count("<h1>") == 1
        # Each open request on the public page has its own button; elsewhere there is one.
        if not name.startswith("progress"):
            assert html.count('class="primary"') <= 1 + html.count('class="primary" data-print')

    @pytest.mark.parametrize("name", SAMPLES)
    def test_ids_are_used_once(self, name: str) -> None:
        ids = [part.split('"', 1)[0] for part in render(SAMPLES[name]).split(' id="')[1:]]
        assert sorted({each for each in ids if ids.count(each) > 1}) == []

    @pytest.mark.parametrize("name", SAMPLES)
    def test_every_changing_form_carries_its_idempotency_key(self, name: str) -> None:
        for form in render(SAMPLES[name]).split("<form")[1:]:
            head, rest = form.split(">", 1)
            if 'method="post"' in head and "sign-out" not in head:
                assert '<input type="hidden" name="key"' in rest.split("</form>")[0]

    def test_has_a_sample(self) -> None:
        assert {type(page) for page in SAMPLES.values()} == set(TEMPLATES)


class TestTemplates:
    @pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: page.__name__)
    def test_use_every_field_of_their_page(self, page: type[Page]) -> None:
        read = {name for tree in chain(TEMPLATES[page]) for name in used("page", tree)}
        assert {field.name for field in fields(page)} - {"frame"} - read == set()

    @pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: page.__name__)
    def test_use_nothing_their_page_lacks(self, page: type[Page]) -> None:
        read = {name for tree in chain(TEMPLATES[page]) for name in used("page", tree)}
        assert read - {field.name for field in fields(page)} == set()

    def test_use_every_field_of_the_smaller_views(self) -> None:
        read = {each.attr for path in templates() for each in parsed(path).find_all(nodes.Getattr)}
        read |= {"now_at", "needed"}  # by the date filters and the graph
        unused = {
            f"{view.__name__}.{field.name}"
            for module in MODULES
            for view in vars(module).values()
            if isinstance(view, type) and is_dataclass(view) and view not in TEMPLATES
            for field in fields(view)
            if field.name not in read and view is not shared.Edge
        }
        assert unused == set()

    def test_are_all_used(self) -> None:
        named = set(TEMPLATES.values())
        shared_ones = {"base.html", "benefit_base.html", "bundle_base.html"}
        pages = {path.name for path in templates() if path.parent.name == "templates"}
        assert pages == named | shared_ones

    @pytest.mark.parametrize("view", MODULES, ids=lambda module: module.__name__)
    def test_views_are_frozen_and_slotted(self, view: object) -> None:
        for each in vars(view).values():
            if isinstance(each, type) and is_dataclass(each):
                assert "__slots__" in vars(each)
                assert each.__dataclass_params__.frozen  # type: ignore[attr-defined]


class TestStaticFiles:
    def test_style_sheet_is_within_its_budget(self) -> None:
        assert (STATIC / "console.css").stat().st_size <= BUDGET_CSS

    def test_script_is_within_its_budget(self) -> None:
        assert (STATIC / "console.js").stat().st_size <= BUDGET_SCRIPT

    def test_address_changes_with_the_content(self) -> None:
        assert asset("console.css").startswith("/console/static/console.css?v=")
        assert asset("console.css") != asset("console.js")

    def test_colours_stand_in_the_tokens_only(self) -> None:
        """ui.md §9: colours outside the tokens are a mistake; black and white of print are not."""
        sheet = (STATIC / "console.css").read_text(encoding="utf-8")
        rules = sheet.split("/* elements */")[1].split("@media print")[0]
        assert "#" not in rules.replace("url(#", "")
        assert "rgb" not in rules


class TestWhatPeopleSee:
    def test_text_is_escaped(self) -> None:
        page = SAMPLES["not_found"]
        assert isinstance(page, entry.NotFoundPage)
        hostile = entry.NotFoundPage(page.frame, "<script>alert(1)</script>", page.ways)
        assert "<script>alert" not in render(hostile)

    def test_identity_numbers_are_masked(self) -> None:
        assert "310117199003071231" not in render(SAMPLES["receipt"])
        assert "310***********1231" in render(SAMPLES["receipt"])

    def test_the_public_page_masks_the_applicant(self) -> None:
        page = SAMPLES["progress"]
        assert isinstance(page, public.ProgressPage)
        assert page.applicant not in render(page)

    def test_a_closed_mode_stays_visible_and_says_why(self) -> None:
        html = render(SAMPLES["materials"])
        assert "不可用：本项为即办件，不能容缺" in html

    def test_a_failed_form_says_so_in_the_title(self) -> None:
        assert "<title>错误：" in render(SAMPLES["sign_in"])
        assert '<a href="#password">' in render(SAMPLES["sign_in"])

    def test_the_agent_of_a_virtual_window_cannot_submit(self) -> None:
        html = render(SAMPLES["check_remote"])
        assert "/hand-over" in html
        assert "/submit" not in html
        assert "出具收件凭证" not in html

    def test_large_type_is_said_by_the_server(self) -> None:
        page = SAMPLES["progress"]
        assert isinstance(page, public.ProgressPage)
        large = replace(page, frame=replace(page.frame, mode="large"))
        assert "data-mode" not in render(page)
        assert ' data-mode="large"' in render(large)
