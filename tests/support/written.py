"""The smallest definition with nothing wrong, and a catalogue for it; tests change one thing."""

from datetime import date

from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.review import review

Plain = dict[str, object]
BASIS: Plain = {"law": "法", "article": "第一条"}
REFUSAL: Plain = {
    "kind": "refusal",
    "name": "不予决定书",
    "series": "不",
    "template": "refusal",
    "wording": "不予。",
}

CATALOGUE = Catalogue.model_validate(
    {
        "departments": [
            {
                "code": "bureau",
                "name": "局",
                "uscc": "11310117002450013M",
                "level": 4,
                "phone": "12345",
                "remedies": ["复议"],
            }
        ],
        "laws": [{"key": "法", "title": "一部法", "text_of": date(2024, 1, 1)}],
        "materials": [
            {"code": "M1", "name": "主件", "source": "applicant", "main": True, "standard": "齐"},
            {"code": "M2", "name": "副件", "source": "shared", "main": False, "standard": "齐"},
        ],
    }
)


def a_matter(key: str, **changes: object) -> Plain:
    """A matter as it is written; `changes` replace its keys."""
    return {
        "key": key,
        "name": "事",
        "department": "bureau",
        "item": f"{key:0>12}",
        "promised": {"days": 5},
        "statutory": {"days": 20, "basis": BASIS},
        "materials": [{"code": "M1"}],
        "hold": {"limit": {"days": 20}, "basis": BASIS},
        "steps": [{"kind": "decide", "key": "decide", "name": "定"}],
        "refusal": REFUSAL,
        "bases": [BASIS],
    } | changes


QUESTION: Plain = {
    "id": "what",
    "text": "什么？",
    "why": "要知道",
    "kind": "one",
    "options": [{"value": "this", "label": "此"}, {"value": "that", "label": "彼"}],
}
# Whoever answers that is told what rules it out: no answer ends nowhere.
BLOCKER: Plain = {
    "when": {"fact": "answer.what", "is": "that"},
    "reason": "因",
    "owner": "谁",
    "remedy": "改",
    "basis": BASIS,
}
ACCEPTING: Plain = {"cap": 20, "margin": 2, "basis": BASIS}


def a_definition(**changes: object) -> ServiceDefinition:
    """A whole definition; `changes` replace its keys."""
    return ServiceDefinition.model_validate(
        {
            "service": "thing",
            "version": 1,
            "name": "一件事",
            "summary": "办一件事",
            "lead": "bureau",
            "validity": {"since": date(2024, 1, 1)},
            "bases": [BASIS],
            "blockers": [BLOCKER],
            "questions": [QUESTION],
            "situations": [
                {
                    "code": "S1",
                    "name": "此",
                    "when": {"fact": "answer.what", "is": "this"},
                    "bases": [BASIS],
                }
            ],
            "materials": [{"code": "M1"}],
            "matters": [a_matter("AA")],
        }
        | changes
    )


def broken_rules(definition: ServiceDefinition, catalogue: Catalogue = CATALOGUE) -> list[str]:
    """The rules that the review finds broken, in its order."""
    return [problem.rule for problem in review(definition, catalogue)]
