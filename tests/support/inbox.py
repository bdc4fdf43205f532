"""The small service with columns in the inbox, a ladder, and a matter that may be secret."""

from pathlib import Path

from definitions.language.questions import FieldKind, FormField
from definitions.language.roles import Confidentiality
from definitions.loading import Library, Loaded
from tests.support.api import Person, application
from tests.support.services import CATALOGUE, SERVICE, SHIPPED

FOOD_ITEM = "11310117002456781R400000000FOOD"
FORM = (
    FormField(id="trade", label="经营项目", kind=FieldKind.TEXT, required=False),
    FormField(id="mobile", label="联系电话", kind=FieldKind.MOBILE, required=False),
)


def library(food: Confidentiality = Confidentiality.ORDINARY) -> Library:
    """FOOD shows two fields, and is as confidential as this."""
    matters = tuple(
        matter.model_copy(update={"columns": ("trade", "mobile"), "confidentiality": food})
        if matter.key == "FOOD"
        else matter
        for matter in SERVICE.matters
    )
    service = SERVICE.model_copy(update={"form": FORM, "matters": matters})
    catalogue = CATALOGUE.model_copy(
        update={"supervision": SHIPPED.supervision, "collaboration": SHIPPED.collaboration}
    )
    return Library(catalogue=catalogue, services=(Loaded(service, "s" * 64, {}, (), Path()),))


async def taken_in(clerk: Person, **changed: object) -> str:
    """The number of a new application in which REG and FOOD are open, and M03 is pending."""
    form = {"trade": "热食类食品制售", "mobile": "13812345678"}
    body = await application(clerk, committed=["FOOD"], form=form, **changed)
    answer = await clerk.post("bundles", body)
    assert answer.status_code in {200, 201, 202}, answer.text
    return str(answer.json()["number"])
