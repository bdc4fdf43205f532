"""Layout and drawing of the matter graph."""

from dataclasses import replace

import pytest

from api.console import words
from api.console.graph import NODE_WIDTH, draw, fill, layers, place, shortened
from api.console.views.shared import Edge, Tone
from definitions.language.matters import EdgeKind
from tests.support.console import case
from tests.support.console.bundles import linked

CHAIN = (Edge("N0", "N1"), Edge("N1", "N2"))


class TestLayers:
    def test_are_longest_paths(self) -> None:
        nodes = linked(("planned",) * 4)
        edges = (*CHAIN, Edge("N0", "N2"), Edge("N2", "N3"))
        assert layers(nodes, edges) == {"N0": 0, "N1": 1, "N2": 2, "N3": 3}

    def test_a_cycle_does_not_hang(self) -> None:
        nodes = linked(("planned",) * 3)
        assert set(layers(nodes, (*CHAIN, Edge("N2", "N0")))) == {"N0", "N1", "N2"}

    def test_an_edge_from_nowhere_is_left_out(self) -> None:
        nodes = linked(("planned",))
        assert layers(nodes, (Edge("GONE", "N0"),)) == {"N0": 0}


class TestPlace:
    def test_a_chain_stays_in_one_row(self) -> None:
        assert [each.row for each in place(linked(("planned",) * 3), CHAIN)] == [0, 0, 0]

    def test_definition_order_is_kept_inside_a_layer(self) -> None:
        edges = tuple(Edge("N0", f"N{i}") for i in range(1, 5))
        placed = place(linked(("planned",) * 5), edges)
        assert [(each.layer, each.row) for each in placed[1:]] == [(1, 0), (1, 1), (1, 2), (1, 3)]

    def test_no_two_nodes_share_a_place(self) -> None:
        placed = place(case.NODES, case.edges())
        assert len({(each.layer, each.row) for each in placed}) == len(placed)


class TestDraw:
    def test_nothing_for_nothing(self) -> None:
        assert draw((), ()) == ""

    def test_every_node_is_a_link_with_name_and_state(self) -> None:
        picture = draw(case.NODES, case.edges())
        for node in case.NODES:
            assert f'href="{node.url}"' in picture
            assert f'aria-label="{node.name}，{node.status.label}"' in picture

    def test_result_edges_are_told_from_accepted_ones(self) -> None:
        nodes = linked(("planned",) * 2)
        assert 'class="g-edge result"' in draw(nodes, (Edge("N0", "N1"),))
        assert 'class="g-edge accepted"' in draw(nodes, (Edge("N0", "N1", EdgeKind.ACCEPTED),))

    def test_a_long_edge_leaves_the_row_of_the_boxes(self) -> None:
        """BANK waits for LIC_FACE and SEAL; the line from LIC_FACE must not cross SEAL."""
        nodes = linked(("planned",) * 3)
        straight = draw(nodes, CHAIN)
        passing = draw(nodes, (*CHAIN, Edge("N0", "N2")))
        assert "V" not in straight.split("</defs>")[1].split("<a")[0]
        assert "V" in passing.split("</defs>")[1].split("<a")[0]

    def test_names_are_escaped(self) -> None:
        node = replace(case.NODES[0], name='<b a="1">')
        assert "<b" not in draw((node,), ())

    def test_fifteen_nodes_in_a_column_fit(self) -> None:
        edges = tuple(Edge("N0", f"N{i}") for i in range(1, 15))
        assert draw(linked(("reviewing",) * 15), edges).count("<a ") == 15


class TestFill:
    @pytest.mark.parametrize(
        ("state", "expected"),
        [
            ("closed", "solid"),
            ("reviewing", "running"),
            ("accepted_pending", "hatch"),
            ("suspended", "bars"),
            ("refused", "double"),
            ("planned", "plain"),
        ],
    )
    def test_differs_for_every_tone(self, state: str, expected: str) -> None:
        assert fill(linked((state,))[0]) == expected

    def test_what_is_not_needed_is_dashed(self) -> None:
        node = replace(linked(("not_needed",))[0], needed=False)
        assert fill(node) == "dashed"

    def test_every_tone_has_one(self) -> None:
        fills = {
            fill(replace(linked(("planned",))[0], status=replace(words.RECEIVED, tone=tone)))
            for tone in Tone
        }
        assert len(fills) == len(Tone)


class TestShortened:
    @pytest.mark.parametrize("name", ["税务信息变更", "住房公积金单位信息变更", "A" * 22])
    def test_keeps_what_fits(self, name: str) -> None:
        assert shortened(name) == name

    def test_cuts_what_does_not(self) -> None:
        cut = shortened("道路运输经营许可证变更备案")
        assert cut.endswith("…")
        assert len(cut) * 14 <= NODE_WIDTH
