from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from rules_service.errors import Position, RuleAuthorError
from rules_service.load import (
    SourceMissingError,
    SourceTexts,
    fill_fingerprints,
    fingerprint,
    load_rulesets,
    verify_sources,
)
from rules_service.model import Citation, LineRange

SOURCES = Path(__file__).parent


def digits_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


# The lines of `decree.txt`: white space at their ends does not count, white space before them does.
FIRST = digits_of("first line")
SECOND_TO_FOURTH_AND_SIXTH = digits_of("second line\n\tthird\n\x85fourth\nsixth")
FIFTH = digits_of("fifth")


def test_a_fingerprint_is_that_of_the_lines_without_the_white_space_at_their_ends() -> None:
    assert fingerprint(["a ", "", "\tb\r"]) == digits_of("a\n\n\tb")


def test_lines_end_at_line_feeds_alone() -> None:
    citation = Citation("decree", "1", (LineRange(4, 4), LineRange(6, 6)), "")
    assert SourceTexts(SOURCES, {"decree": "decree.txt"}).cited(citation) == ((4, "\x85fourth"), (6, "sixth"))


def test_every_fingerprint_that_does_not_fit_is_found_at_its_place(rulesets: Path) -> None:
    mistakes = verify_sources(rulesets, SOURCES)
    assert [(m.file, m.code, m.position, m.path) for m in mistakes] == [
        ("4_01_pensions.yaml", "CHANGED_SOURCE", Position(20, 74), "operations[0].source[0].fingerprint"),
        ("4_01_pensions.yaml", "MISSING_FINGERPRINT", Position(21, 9), "operations[0].source[1]"),
        ("4_01_pensions.yaml", "MISSING_FINGERPRINT", Position(77, 9), "operations[1].source[0]"),
        ("information_types.yaml", "MISSING_FINGERPRINT", Position(9, 13), "information_types[0].source"),
    ]


def test_filling_in_fingerprints_changes_nothing_else(rulesets: Path) -> None:
    before = {path.name: path.read_bytes() for path in rulesets.iterdir()}
    assert fill_fingerprints(rulesets, SOURCES) == 4
    assert verify_sources(rulesets, SOURCES) == ()
    chapter = before["4_01_pensions.yaml"].decode()
    chapter = chapter.replace('"0123456789abcdef"', f'"{SECOND_TO_FOURTH_AND_SIXTH}"')
    chapter = chapter.replace("        lines:\n", f'        fingerprint: "{FIRST}"\n        lines:\n')
    chapter = chapter.replace("lines: [5]}", f'lines: [5], fingerprint: "{FIFTH}"}}')
    types = before["information_types.yaml"].decode()
    types = types.replace("lines: [1]}", f'lines: [1], fingerprint: "{FIRST}"}}')
    expected = before | {"4_01_pensions.yaml": chapter.encode(), "information_types.yaml": types.encode()}
    assert {path.name: path.read_bytes() for path in rulesets.iterdir()} == expected


def test_filling_in_twice_is_filling_in_once(rulesets: Path) -> None:
    fill_fingerprints(rulesets, SOURCES)
    assert fill_fingerprints(rulesets, SOURCES) == 0


def test_what_is_filled_in_is_loaded(rulesets: Path) -> None:
    fill_fingerprints(rulesets, SOURCES)
    citations = load_rulesets(rulesets).operations[0].citations
    assert [citation.fingerprint for citation in citations] == [SECOND_TO_FOURTH_AND_SIXTH, FIRST]


def test_carriage_returns_a_byte_order_mark_and_single_quotes_stay(rulesets: Path) -> None:
    path = rulesets / "4_01_pensions.yaml"
    text = path.read_text().replace('"0123456789abcdef"', "'0123456789abcdef'")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    fill_fingerprints(rulesets, SOURCES)
    assert verify_sources(rulesets, SOURCES) == ()
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf#")
    assert content.count(b"\r\n") == content.count(b"\n") - 1  # the inserted line alone ends in a line feed


def test_a_changed_source_is_noticed(rulesets: Path, tmp_path: Path) -> None:
    fill_fingerprints(rulesets, SOURCES)
    changed = (SOURCES / "decree.txt").read_text().replace("fifth", "5th")
    (tmp_path / "decree.txt").write_text(changed)
    assert [m.path for m in verify_sources(rulesets, tmp_path)] == ["operations[1].source[0].fingerprint"]


def test_lines_that_the_source_does_not_have(rulesets: Path, tmp_path: Path) -> None:
    (tmp_path / "decree.txt").write_text("one\ntwo\nthree\n")
    mistakes = verify_sources(rulesets, tmp_path)
    assert [m.position for m in mistakes if m.code == "UNKNOWN_LINES"] == [Position(20, 51), Position(77, 51)]
    before = (rulesets / "4_01_pensions.yaml").read_bytes()
    with pytest.raises(RuleAuthorError, match="UNKNOWN_LINES"):
        fill_fingerprints(rulesets, tmp_path)
    assert (rulesets / "4_01_pensions.yaml").read_bytes() == before


def test_a_source_that_is_not_there_is_for_the_operator(rulesets: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceMissingError, match="give the folder of source texts"):
        verify_sources(rulesets, tmp_path)


def test_a_citation_that_cannot_be_read_stops_before_anything_is_written(rulesets: Path) -> None:
    path = rulesets / "information_types.yaml"
    path.write_text(path.read_text().replace("document: decree", "document: decre"))
    before = (rulesets / "4_01_pensions.yaml").read_bytes()
    with pytest.raises(RuleAuthorError, match="did you mean `decree`"):
        fill_fingerprints(rulesets, SOURCES)
    assert (rulesets / "4_01_pensions.yaml").read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuleAuthorError, match="MISSING_FILE"):
        verify_sources(tmp_path / "nowhere", SOURCES)
