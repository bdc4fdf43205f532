"""The catalogue's shared files: which model each is read as."""

from collections.abc import Mapping

from definitions.language.base import Basis, Written
from definitions.language.checks import ScopePhrase
from definitions.language.clocks import ClockRule
from definitions.language.materials import MaterialDefinition
from definitions.language.pending import Jurisdiction
from definitions.language.procedures import ProcedureDefinition, TerminationCause
from definitions.language.service import Department, Law, Series
from definitions.language.supervision import Collaboration, Supervision


class _Laws(Written):
    laws: tuple[Law, ...]


class _Departments(Written):
    departments: tuple[Department, ...]


class _Materials(Written):
    materials: tuple[MaterialDefinition, ...]


class _Clocks(Written):
    clocks: tuple[ClockRule, ...]


class _Pending(Written):
    jurisdictions: tuple[Jurisdiction, ...]


class _Procedures(Written):
    procedures: tuple[ProcedureDefinition, ...]
    terminations: tuple[TerminationCause, ...]
    revocations: tuple[Basis, ...] = ()


class _Papers(Written):
    papers: tuple[Series, ...]


class _ScopePhrases(Written):
    scope_phrases: tuple[ScopePhrase, ...]


class _Supervision(Written):
    supervision: Supervision


class _Collaboration(Written):
    collaboration: tuple[Collaboration, ...]


NEEDED: Mapping[str, type[Written]] = {
    "laws.yaml": _Laws,
    "departments.yaml": _Departments,
    "materials.yaml": _Materials,
}
# A small catalogue may do without these; a matter that names what stands in them may not.
OPTIONAL: Mapping[str, type[Written]] = {
    "clocks.yaml": _Clocks,
    "pending.yaml": _Pending,
    "procedures.yaml": _Procedures,
    "papers.yaml": _Papers,
    "scope_phrases.yaml": _ScopePhrases,
    "supervision.yaml": _Supervision,
    "collaboration.yaml": _Collaboration,
}
LISTS: Mapping[str, type[Written]] = {**NEEDED, **OPTIONAL}
