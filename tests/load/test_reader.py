from __future__ import annotations

import pytest

from rules_service.errors import Position
from rules_service.load.document import Node, core_scalar
from rules_service.load.findings import Findings
from rules_service.load.reader import offset_of, place_in, read_bytes


def read(text: str) -> Node:
    findings = Findings("a file")
    root = read_bytes(text.encode(), findings)
    assert root is not None
    assert findings.mistakes == ()
    return root


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("030", 30),
        ("-1", -1),
        ("4.10", 4.1),
        ("1e3", 1000.0),
        ("true", True),
        ("FALSE", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("no", "no"),
        ("on", "on"),
        ("1-9", "1-9"),
        ("2026-06-15", "2026-06-15"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_unquoted_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert core_scalar(text) == value
    assert type(core_scalar(text)) is type(value)


def test_every_value_and_key_knows_its_place() -> None:
    root = read("a: 1\nb:\n  - {c: 'd', e: \"f\"}\n  - |\n    text\n")
    assert root.keys["b"] == Position(2, 1)
    inner = root["b"].items[0]
    assert inner.keys["e"] == Position(3, 14)
    assert (inner["e"].position, inner["e"].first_column, inner["e"].path) == (Position(3, 17), 18, "b[0].e")
    assert root["b"].items[1].position == Position(4, 5)
    assert root["b"].items[1].first_column == 0
    assert root.plain() == {"a": 1, "b": [{"c": "d", "e": "f"}, "text\n"]}


def test_a_scalar_keeps_how_it_is_written() -> None:
    root = read("a: 4.10\nb: 030\nc: '030'\n")
    assert [root[key].written for key in "abc"] == ["4.10", "030", "030"]
    assert [root[key].scalar for key in "abc"] == [4.1, 30, "030"]


def test_a_key_that_is_no_word_is_bracketed_in_paths() -> None:
    assert read("a:\n  CSSS 07/062: {b: 1}\n")["a"]["CSSS 07/062"]["b"].path == "a['CSSS 07/062'].b"


@pytest.mark.parametrize("text", ["a\nbc\n", "a\r\nbc", "a\rbc"])
def test_offsets_and_places_are_each_others_inverse(text: str) -> None:
    for offset in (0, text.index("b"), text.index("c")):
        assert offset_of(text, place_in(text, offset)) == offset
    assert place_in(text, text.index("c")) == Position(2, 2)
