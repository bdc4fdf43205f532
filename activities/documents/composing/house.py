"""What the catalogue knows of the house: its organs, its laws' titles, how long it may look."""

from collections.abc import Sequence

from activities.documents.content.common import Citation
from definitions.language.base import Basis
from definitions.language.clocks import ClockRule
from definitions.language.roles import WINDOW
from definitions.language.service import Catalogue, Department, Law

# Whether it is accepted must be told within this of receipt (行政许可法 32(1)(4)).
_ACCEPTANCE = "ACC5"


class House:
    """Names, telephones and titles as they are printed."""

    def __init__(self, catalogue: Catalogue, laws: Sequence[Law] = ()) -> None:
        self._catalogue = catalogue
        self._departments = {department.code: department for department in catalogue.departments}
        self._clocks = {rule.id: rule for rule in catalogue.clocks}
        # On paper a law is cited by its title alone, without the number of its promulgation.
        self._titles = {law.key: law.title.partition("（")[0] for law in (*catalogue.laws, *laws)}

    def beside(self, laws: Sequence[Law]) -> "House":
        """The house with the laws that one service brings along."""
        return House(self._catalogue, laws) if laws else self

    @property
    def hall(self) -> str:
        """The window at which everything is taken in and handed out."""
        return self._department(WINDOW).name

    @property
    def acceptance(self) -> ClockRule:
        """The limit for telling whether an application is accepted. Raises LookupError."""
        return self._clocks[_ACCEPTANCE]

    def name(self, code: str) -> str:
        """What the organ is called."""
        return self._department(code).name

    def phone(self, code: str) -> str:
        """Where to ask."""
        return self._department(code).phone

    def cited(self, basis: Basis) -> Citation:
        """The basis with the law's title in full."""
        return Citation(
            law=self._titles.get(basis.law, basis.law), article=basis.article, says=basis.says
        )

    def _department(self, code: str) -> Department:
        """An organ that has left the catalogue is asked for at the window."""
        return self._departments.get(code) or self._departments[WINDOW]
