"""Policies as files: reading, judging, trying their golden cases. No database."""

import json
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from definitions.lifecycle.judging import finding
from definitions.lifecycle.pinning import FILE
from definitions.lifecycle.policy_judging import JudgedPolicy, judge_policy
from definitions.loading import load_catalogue
from definitions.policy_loading import POLICIES, PolicyLibrary, house_of, load_facts
from definitions.policy_schema import policy_kinds, policy_schema
from definitions.rules.calendar import local_day
from definitions.source import DefinitionsBroken
from deploy.texts import put_pins, read_text_file, show_cases, show_findings
from deploy.trouble import Exit, Trouble


def judged(path: Path, cases: Path | None) -> tuple[str, str, JudgedPolicy]:
    """A policy's text, that of its cases (those beside it), and everything that is wrong.

    Raises Trouble where a file cannot be read.
    """
    beside = cases or path.with_name(f"{path.stem}.cases.yaml")
    text = read_text_file(path)
    said = read_text_file(beside) if cases is not None or beside.exists() else ""
    house = house_of(load_facts(), load_catalogue())
    today = local_day(datetime.now(UTC))
    return text, said, judge_policy(text, said, house, today, shown=(str(path), str(beside)))


def check(path: Path, cases: Path | None, console: Console) -> None:
    """Print every fault of one policy and of its cases. Raises Trouble where there is one."""
    _, _, found = judged(path, cases)
    report = found.report
    show_findings(report.findings, console)
    show_cases(report, "政策", console)
    named = f"{report.name}（{report.policy} 第 {report.version} 版）"
    console.print(f"✓ {named}：没有问题，{len(report.cases)} 个金例都相符。")


def check_all(console: Console) -> None:
    """The same for everything that is shipped."""
    try:
        library = PolicyLibrary.load(load_catalogue(), POLICIES)
    except DefinitionsBroken as broken:
        show_findings([finding(error) for error in broken.errors], console)
        raise
    cases = sum(len(each.cases) for each in library.policies)
    console.print(f"✓ {len(library.policies)} 个版本都没有问题，{cases} 个金例都相符。")


def pin(console: Console) -> None:
    """Add what is shipped and not in the list yet. Raises Trouble where a listed text changed."""
    put_pins(PolicyLibrary.load(load_catalogue()).policies, POLICIES / FILE, console)


def show_schema(kind: str, console: Console) -> None:
    """Print the schema of one kind of file. Raises Trouble."""
    known = next((each for each in policy_kinds() if each == kind), None)
    if known is None:
        message = f"没有 {kind} 的 schema；可写：{'、'.join(policy_kinds())}。"
        raise Trouble(message, code=Exit.INPUT)
    console.file.write(json.dumps(policy_schema(known), ensure_ascii=False, indent=2) + "\n")
