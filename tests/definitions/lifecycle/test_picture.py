"""The picture of a definition: well-formed, complete, nothing on top of anything, said in words."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from definitions.composing import Parts
from definitions.language.matters import EdgeKind
from definitions.language.service import ServiceDefinition
from definitions.lifecycle.picture import drawn
from definitions.loading import CATALOGUE, load_catalogue, read_service

SHARED = load_catalogue()
SVG = "{http://www.w3.org/2000/svg}"
SHIPPED = ("company_change", "company_deregistration", "restaurant_opening")


def definition(service: str) -> ServiceDefinition:
    """The first version of a shipped service."""
    path = CATALOGUE / service / "v1.yaml"
    loaded, _ = read_service(path.read_bytes(), path.name, SHARED, Parts(Path(CATALOGUE)))
    assert loaded is not None
    return loaded.definition


def boxes(root: ET.Element) -> list[tuple[float, ...]]:
    """The nodes' rectangles."""
    found = [group.find(f"{SVG}rect") for group in root.iter(f"{SVG}g")]
    return [
        tuple(float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        for rect in found
        if rect is not None
    ]


@pytest.mark.parametrize("service", SHIPPED)
class TestDrawn:
    def test_every_matter_and_every_edge_is_there(self, service: str) -> None:
        said = definition(service)
        root = ET.fromstring(drawn(said, SHARED).svg)  # noqa: S314 - made here
        titles = [title.text for title in root.iter(f"{SVG}title")]
        assert titles == [matter.name for matter in said.matters]
        arrows = [path for path in root.iter(f"{SVG}path") if "marker-end" in path.attrib]
        edges = sum(len(matter.needs) for matter in said.matters)
        assert len(arrows) == edges + len(EdgeKind)

    def test_no_node_lies_on_another_or_outside(self, service: str) -> None:
        root = ET.fromstring(drawn(definition(service), SHARED).svg)  # noqa: S314 - made here
        width, height = (float(root.attrib[name]) for name in ("width", "height"))
        found = boxes(root)
        for n, (x, y, w, h) in enumerate(found):
            assert x >= 0
            assert y >= 0
            assert x + w <= width
            assert y + h <= height
            for other_x, other_y, _, _ in found[:n]:
                assert abs(x - other_x) >= w or abs(y - other_y) >= h

    def test_the_same_is_said_in_words(self, service: str) -> None:
        said = definition(service)
        lines = drawn(said, SHARED).lines
        assert len(lines) == len(said.matters)
        for matter, line in zip(said.matters, lines, strict=True):
            assert line.startswith(matter.name)
            assert line.count("“") >= len(matter.needs)


def test_kinds_of_edges_and_waits_differ_without_colour() -> None:
    svg = drawn(definition("restaurant_opening"), SHARED).svg
    assert 'stroke-dasharray="2 4"' in svg  # a joint edge
    assert 'stroke-dasharray="5 4"' in svg  # a matter that is not always needed
    assert re.search(r"⏳ \S+ 3 个工作日", svg)


def test_names_cannot_break_out_of_the_picture() -> None:
    said = definition("restaurant_opening")
    matters = tuple(matter.model_copy(update={"name": "<script>&\"'"}) for matter in said.matters)
    svg = drawn(said.model_copy(update={"matters": matters, "name": '"><x y="'}), SHARED).svg
    assert "<script>" not in svg
    ET.fromstring(svg)  # noqa: S314 - made here
