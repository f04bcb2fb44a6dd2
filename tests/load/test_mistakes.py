"""Wrong files and what must be said about them: `mistakes/NAME.yaml` beside `mistakes/NAME.expected`.

A line of an expectation is `CODE LINE:COLUMN PATH`; `.` is the path of the file itself. The beginning of a name says
which file of the folder it stands for; everything else in that folder is right.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_service.errors import Mistake, RuleAuthorError
from rules_service.load import Code, check_cases, check_rulesets, load_cases, load_rulesets

FILES = sorted((Path(__file__).parent / "mistakes").glob("*.yaml"))
CASES = "4_02_mistakes.cases.yaml"
PLACES = {
    "chapter": "4_02_mistakes.yaml",
    "cases": CASES,
    "common": "common.yaml",
    "quality_codes": "quality_codes.yaml",
    "information_types": "information_types.yaml",
    "partners": "partners.yaml",
    "inventory": "inventory.yaml",
    "users": "users.yaml",
}
# Codes that no single wrong file can show; tests beside this one do.
SHOWN_ELSEWHERE = {
    Code.MISSING_FILE,
    Code.UNEXPECTED_FILE,
    Code.NOT_TEXT,
    Code.UNKNOWN_LINES,
    Code.MISSING_FINGERPRINT,
    Code.CHANGED_SOURCE,
}


def place(wrong: Path, rulesets: Path) -> Path:
    """Puts a wrong file into a folder that is right, in the place that its name says."""
    kind = next(kind for kind in PLACES if wrong.stem.startswith(kind))
    if kind == "common":
        (rulesets / "4_01_pensions.yaml").unlink()  # it uses names that the wrong file no longer has
    target = rulesets / PLACES[kind]
    target.write_bytes(wrong.read_bytes())
    return target


def found(target: Path) -> tuple[Mistake, ...]:
    if target.name == CASES:
        return check_cases(target)[1]
    return check_rulesets(target.parent)[1]


def in_short(mistake: Mistake) -> str:
    return f"{mistake.code} {mistake.position.line}:{mistake.position.column} {mistake.path or '.'}"


@pytest.mark.parametrize("wrong", FILES, ids=lambda path: path.stem)
def test_every_mistake_is_found_at_its_place(wrong: Path, rulesets: Path) -> None:
    target = place(wrong, rulesets)
    mistakes = found(target)
    assert [in_short(mistake) for mistake in mistakes] == wrong.with_suffix(".expected").read_text().splitlines()
    assert {mistake.file for mistake in mistakes} == {target.name}


@pytest.mark.parametrize("wrong", FILES, ids=lambda path: path.stem)
def test_a_wrong_file_is_never_handed_out(wrong: Path, rulesets: Path) -> None:
    target = place(wrong, rulesets)
    with pytest.raises(RuleAuthorError) as error:
        load_cases(target) if target.name == CASES else load_rulesets(rulesets)
    assert error.value.mistakes == found(target)


@pytest.mark.parametrize("wrong", FILES, ids=lambda path: path.stem)
def test_messages_have_the_form_of_the_house(wrong: Path, rulesets: Path) -> None:
    for mistake in found(place(wrong, rulesets)):
        assert mistake.message[0].islower() or not mistake.message[0].isalpha()
        assert not mistake.message.endswith(".")
        assert "\n" not in mistake.message
        assert not any(word in mistake.message for word in ("None", "dict", "str ", "NoneType", "<class"))


def test_every_code_is_shown_by_a_wrong_file() -> None:
    shown = {line.split()[0] for file in FILES for line in file.with_suffix(".expected").read_text().splitlines()}
    assert {code.value for code in Code} - shown == {code.value for code in SHOWN_ELSEWHERE}


@pytest.mark.parametrize(
    ("name", "line", "suggestion"),
    [
        ("chapter_unknown_key", 15, "did you mean `inputs`?"),
        ("chapter_comma_in_text", 14, "put a text with a comma in quotes when it stands between `{` and `}`"),
        ("chapter_unknown_values", 8, "did you mean `consultation`?"),
        ("chapter_unknown_values", 12, 'put it in quotes: "031"'),
        ("chapter_unknown_names", 21, "did you mean `around_the_system_date`?"),
        ("chapter_inverted_windows", 19, "write `min(system_date, end_date) .. max(system_date, end_date)`"),
        ("chapter_inverted_windows", 20, "write `request_period.begin .. request_period.end`"),
        ("chapter_wrong_types", 3, 'put it in quotes: "4.10"'),
        (
            "chapter_no_schema_line",
            1,
            "write `# yaml-language-server: $schema=schema/chapter.schema.json`",
        ),
    ],
)
def test_a_mistake_says_how_to_mend_it(name: str, line: int, suggestion: str, rulesets: Path) -> None:
    (wrong,) = (file for file in FILES if file.stem == name)
    suggestions = [mistake.suggestion for mistake in found(place(wrong, rulesets)) if mistake.position.line == line]
    assert suggestion in suggestions
