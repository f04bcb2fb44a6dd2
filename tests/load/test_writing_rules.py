"""The rules of writing to the register: how long codes last, what a missing end becomes, how far dates may lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_service.algebra import FUTURE, MAX_DAY, Shift, WindowSyntaxError, format_day, parse_day
from rules_service.load import fill_fingerprints, load_rulesets, verify_sources
from rules_service.model import (
    Bounds,
    Citation,
    EndRule,
    LineRange,
    MissingEnd,
    PastPeriods,
    QualityCode,
    Ruleset,
    WritingRules,
    last_day,
)

SOURCES = Path(__file__).parent
CATALOGUE = Path(__file__).parents[2] / "rulesets"
AUTHORISATIONS = "authorisations"

HEATING = "  - {code: 40, label: {fr: Chauffage, nl: Verwarming, en: Heating}, maximum_duration: calendar_year}\n"
CODES = """\
  - code: 11
    label: {fr: a, nl: b, en: c}
    default_end: calendar_year
    source: {document: decree, section: "1", lines: [1]}
  - {code: 12, label: {fr: a, nl: b, en: c}, maximum_duration: + 1 year, default_end: + 2 months}
"""
WRITING = """\
writing:
  integration_without_end:
    becomes: maximum
    assumptions: [A4]
    source: {document: decree, section: "1", lines: [2-3]}
  removal_without_end: {becomes: infinity, source: {document: decree, section: "1", lines: [4]}}
  dates:
    earliest: "- 10 years"
    latest: + 10 years
    source: {document: decree, section: "2", lines: [5]}
  begin:
    latest: + 1 month
    source:
      document: decree
      section: "2"
      lines: [6]
  past_periods: {allowed: false, source: {document: decree, section: "3", lines: [1, 3]}}
"""


def cited(section: str, first: int, last: int | None = None) -> Citation:
    return Citation("decree", section, (LineRange(first, last or first),), "")


def with_rules(rulesets: Path) -> Path:
    path = rulesets / "quality_codes.yaml"
    path.write_text(path.read_text() + CODES + WRITING)
    return rulesets


def code(ruleset: Ruleset, number: int) -> QualityCode:
    return next(each for each in ruleset.quality_codes if each.code == number)


def test_rulesets_may_say_nothing_of_writing(rulesets: Path) -> None:
    ruleset = load_rulesets(rulesets)
    assert ruleset.writing is None
    assert {(each.default_end, each.citation) for each in ruleset.quality_codes} == {("", None)}


def test_every_rule_of_writing_is_loaded(rulesets: Path) -> None:
    assert load_rulesets(with_rules(rulesets)).writing == WritingRules(
        integration_without_end=EndRule(MissingEnd.MAXIMUM, cited("1", 2, 3), ("A4",)),
        removal_without_end=EndRule(MissingEnd.INFINITY, cited("1", 4)),
        dates=Bounds(Shift(months=-120), Shift(months=120), cited("2", 5)),
        begin=Bounds(None, Shift(months=1), cited("2", 6)),
        past_periods=PastPeriods(
            allowed=False, citation=Citation("decree", "3", (LineRange(1, 1), LineRange(3, 3)), "")
        ),
    )


def test_a_code_may_say_what_a_missing_end_becomes_and_where_it_is_written(rulesets: Path) -> None:
    ruleset = load_rulesets(with_rules(rulesets))
    indefinite, short = code(ruleset, 11), code(ruleset, 12)
    assert (indefinite.maximum_duration, indefinite.default_end) == ("", "calendar_year")
    assert indefinite.citation == cited("1", 1)
    assert (short.maximum_duration, short.default_end, short.citation) == ("+ 1 year", "+ 2 months", None)


@pytest.mark.parametrize(
    ("maximum", "default_end"),
    [
        ("+ 1 year", "calendar_year"),
        ("+ 1 year", "+ 12 months"),
        ("+ 1 month", "+ 28 days - 3 days"),
        ("calendar_year", "calendar_year"),
        ("calendar_year", "+ 0 days"),
        ('""', "+ 5 years"),
    ],
)
def test_a_default_end_may_reach_the_maximum(maximum: str, default_end: str, rulesets: Path) -> None:
    path = rulesets / "quality_codes.yaml"
    durations = f"maximum_duration: {maximum}, default_end: {default_end}"
    path.write_text(path.read_text().replace(HEATING, HEATING.replace("maximum_duration: calendar_year", durations)))
    assert code(load_rulesets(rulesets), 40).default_end == default_end


def test_their_citations_are_verified_and_filled_in(rulesets: Path) -> None:
    with_rules(rulesets)
    places = [mistake.path for mistake in verify_sources(rulesets, SOURCES) if mistake.file == "quality_codes.yaml"]
    assert places == [
        "quality_codes[11].source",
        "writing.integration_without_end.source",
        "writing.removal_without_end.source",
        "writing.dates.source",
        "writing.begin.source",
        "writing.past_periods.source",
    ]
    fill_fingerprints(rulesets, SOURCES)
    assert verify_sources(rulesets, SOURCES) == ()
    ruleset = load_rulesets(rulesets)
    assert ruleset.writing is not None
    assert ruleset.writing.begin.citation.fingerprint
    assert code(ruleset, 11).citation != cited("1", 1)


@pytest.mark.parametrize(
    ("duration", "begin", "last"),
    [
        ("", "2026-05-04", "infinity"),
        ("calendar_year", "2024-02-29", "2024-12-31"),
        ("calendar_year", "2026-12-31", "2026-12-31"),
        ("calendar_year", "9999-05-04", "9999-12-31"),
        ("+ 5 years", "2024-02-29", "2029-02-28"),
        ("+ 1 month", "2026-08-31", "2026-09-30"),
        ("+ 1 month rounding up", "2026-08-31", "2026-10-01"),
    ],
)
def test_the_last_day_of_a_duration(duration: str, begin: str, last: str) -> None:
    assert format_day(last_day(duration, parse_day(begin))) == last


def test_a_last_day_past_the_calendar_is_open_and_a_wrong_duration_is_none() -> None:
    assert last_day("+ 1 year", MAX_DAY) == FUTURE
    with pytest.raises(WindowSyntaxError):
        last_day("a year", 0)


def test_the_catalogue_cites_chapters_two_and_three() -> None:
    ruleset = load_rulesets(CATALOGUE)
    cited_codes = [each.citation for each in ruleset.quality_codes if each.citation is not None]
    assert [(each.document, each.section, each.lines) for each in cited_codes] == [
        (AUTHORISATIONS, "2", (LineRange(line, line),)) for line in range(13, 29)
    ]
    writing = ruleset.writing
    assert writing is not None
    rules = (
        writing.integration_without_end,
        writing.removal_without_end,
        writing.dates,
        writing.begin,
        writing.past_periods,
    )
    assert [(each.citation.section, *map(str, each.citation.lines)) for each in rules] == [
        ("3.1", "32-33"),
        ("3.1", "34"),
        ("3.2", "36"),
        ("3.2", "37"),
        ("3.3", "39-44"),
    ]
    assert all(each.citation.fingerprint for each in rules)
    assert writing.integration_without_end.assumptions == ("A2",)


def test_the_catalogue_says_what_chapters_two_and_three_say() -> None:
    ruleset = load_rulesets(CATALOGUE)
    assert {each.code: each.maximum_duration for each in ruleset.quality_codes} == {
        **dict.fromkeys((1, 20), "+ 2 months"),
        **dict.fromkeys((2, 3, 4, 5, 6, 12, 30), "+ 1 year"),
        **dict.fromkeys((7, 8, 9), "+ 5 years"),
        **dict.fromkeys((11, 21), ""),
        31: "+ 1 month",
        40: "calendar_year",
    }
    assert {each.code: each.default_end for each in ruleset.quality_codes if each.default_end} == {21: "+ 5 years"}
    writing = ruleset.writing
    assert writing is not None
    assert writing.integration_without_end.becomes is MissingEnd.MAXIMUM
    assert writing.removal_without_end.becomes is MissingEnd.INFINITY
    assert (writing.dates.earliest, writing.dates.latest) == (Shift(months=-1200), Shift(months=1200))
    assert (writing.begin.earliest, writing.begin.latest) == (None, Shift(months=12))
    assert writing.past_periods.allowed
