from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.algebra import (
    FUTURE,
    MAX_DAY,
    MIN_DAY,
    PAST,
    Choice,
    Endpoint,
    NameKind,
    Rounding,
    Shift,
    Term,
    Window,
    WindowSyntaxError,
    parse_day,
    parse_point,
    parse_shift,
    parse_window,
)
from rules_service.errors import RulesServiceError

VOCABULARY = {
    "system_date": NameKind.DATE,
    "end_date": NameKind.DATE,
    "request_period": NameKind.PERIOD,
    "validity": NameKind.PERIOD,
}
SLOTS = ("system_date", "end_date", "request_period.begin", "request_period.end", "validity.begin", "validity.end")


def single(slot: str, shift: Shift | None = None) -> Endpoint:
    return Endpoint(Choice.SINGLE, (Term(slot, None, shift or Shift()),))


shifts = st.builds(Shift, st.integers(-500, 500), st.integers(-500, 500), st.sampled_from(Rounding))
terms = st.one_of(
    st.builds(Term, st.sampled_from(SLOTS), st.none(), shifts),
    st.builds(Term, st.none(), st.integers(MIN_DAY, MAX_DAY), shifts),
)
endpoints = st.one_of(
    st.builds(lambda term: Endpoint(Choice.SINGLE, (term,)), terms),
    st.builds(
        Endpoint,
        st.sampled_from([Choice.EARLIEST, Choice.LATEST]),
        st.lists(terms, min_size=2, max_size=4).map(tuple),
    ),
)
windows = st.builds(Window, endpoints, endpoints)
bindings = st.fixed_dictionaries({slot: st.integers(PAST, FUTURE) for slot in SLOTS})


@given(windows)
def test_the_text_of_a_window_is_read_back(window: Window) -> None:
    assert parse_window(str(window), VOCABULARY) == window
    assert hash(parse_window(str(window), VOCABULARY)) == hash(window)


@given(endpoints)
def test_the_text_of_a_point_is_read_back(endpoint: Endpoint) -> None:
    assert parse_point(str(endpoint), VOCABULARY) == endpoint


@given(windows, bindings)
def test_a_window_resolves_to_the_days_of_its_ends(window: Window, days: dict[str, int]) -> None:
    def expected(endpoint: Endpoint) -> int:
        resolved = [
            term.shift.apply(days[term.slot] if term.slot is not None else term.day or 0) for term in endpoint.terms
        ]
        return max(resolved) if endpoint.choice is Choice.LATEST else min(resolved)

    assert window.resolve(days) == (expected(window.begin), expected(window.end))


@given(windows, bindings, st.sampled_from(SLOTS))
def test_a_missing_slot_leaves_the_window_unknown_when_it_is_used(
    window: Window, days: dict[str, int], missing: str
) -> None:
    del days[missing]
    assert (window.resolve(days) is None) is (missing in window.slots)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("system_date", Window(single("system_date"), single("system_date"))),
        ("request_period", Window(single("request_period.begin"), single("request_period.end"))),
        ("request_period.end", Window(single("request_period.end"), single("request_period.end"))),
        (
            "system_date-2months..system_date+45days",
            Window(single("system_date", Shift(months=-2)), single("system_date", Shift(days=45))),
        ),
        (
            "system_date\n  - 2 months\n  ..\n  system_date\n",
            Window(single("system_date", Shift(months=-2)), single("system_date")),
        ),
        (
            "system_date - 1 day rounding down .. system_date - 1 month rounding up",
            Window(single("system_date", Shift(days=-1)), single("system_date", Shift(-1, 0, Rounding.UP))),
        ),
    ],
)
def test_reading_a_window(text: str, window: Window) -> None:
    assert parse_window(text, VOCABULARY) == window


def test_a_choice_shifts_each_of_its_dates() -> None:
    point = parse_point("min(system_date - 1 month, end_date, 2024-02-29 + 1 year)", VOCABULARY)
    assert point.choice is Choice.EARLIEST
    assert point.terms == (
        Term("system_date", None, Shift(months=-1)),
        Term("end_date", None),
        Term(None, parse_day("2024-02-29"), Shift(months=12)),
    )


def test_the_order_of_amounts_does_not_matter() -> None:
    same = ("- 5 years - 2 months + 3 days", "+ 3 days - 2 months - 5 years", "- 62 months + 1 day + 2 days")
    assert {parse_shift(text) for text in same} == {Shift(months=-62, days=3)}


def test_slots_and_names() -> None:
    window = parse_window("min(system_date, validity.begin) .. request_period.end - 1 day", VOCABULARY)
    assert window.slots == {"system_date", "validity.begin", "request_period.end"}
    assert window.names == {"system_date", "validity", "request_period"}
    fixed = parse_window("2024-01-01 .. 2024-12-31", {})
    assert fixed.slots == fixed.names == frozenset()
    assert fixed.resolve({}) == (parse_day("2024-01-01"), parse_day("2024-12-31"))


def test_day_zero_is_a_day_like_any_other() -> None:
    window = parse_window("system_date .. 1970-01-01", VOCABULARY)
    assert window.resolve({"system_date": 0}) == (0, 0)


def test_an_inverted_window_resolves_as_it_stands() -> None:
    window = parse_window("system_date .. end_date", VOCABULARY)
    assert window.resolve({"system_date": 10, "end_date": 3}) == (10, 3)


@pytest.mark.parametrize(
    ("text", "column", "message", "suggestion"),
    [
        ("", 1, "the text stops here; expected a name or a date", ""),
        ("system_date ..", 15, "the text stops here; expected a name or a date", ""),
        ("system_date -", 14, "the text stops here; expected a whole number", ""),
        ("system_date - 2", 16, "the text stops here; expected a unit", ""),
        ("system_date end_date", 13, "unexpected `end_date`; expected `..`", ""),
        ("system_date - 2 months end_date", 24, "unexpected `end_date`; expected `..`", ""),
        ("system_date - months", 15, "unexpected `months`; expected a whole number", ""),
        ("system_date % 2", 13, "unexpected `%`; expected `..`", ""),
        ("system_date .. end_date .. end_date", 25, "unexpected `..`; expected the end of the text", ""),
        ("min(system_date end_date)", 17, "unexpected `end_date`; expected `+` or `-` or `,` or `)`", ""),
        ("min(system_date, end_date) - 2 months", 28, "unexpected `-`; expected `..`", ""),
        ("min(system_date)", 1, "chooses between two dates or more", ""),
        ("mni(system_date, end_date)", 1, "unknown choice `mni`; expected `max` or `min`", "did you mean `min`?"),
        ("system_dat", 1, "unknown name `system_dat`; expected `end_date` or `request", "did you mean `system_date`?"),
        ("end_date .. System_Date", 13, "unknown name `System_Date`", "did you mean `system_date`?"),
        ("xyzzy", 1, "unknown name `xyzzy`", ""),
        ("system_date - 2 monts", 17, "unknown unit `monts`; expected `year`", "did you mean `months`?"),
        ("system_date - 2 weeks", 17, "unknown unit `weeks`; expected `year`", ""),
        ("system_date - 2 months roundng up", 24, "unexpected `roundng`", "did you mean `rounding`?"),
        ("system_date - 2 months rounding upp", 33, "unknown rounding `upp`; expected `down` or `up`", "did you mean"),
        ("system_date - 2 months rounding", 32, "the text stops here; expected `up` or `down`", ""),
        ("system_date rounding up", 13, "unexpected `rounding`", ""),
        ("system_date.begin", 13, "`system_date` is a date, not a period", "write `system_date`"),
        ("request_period.start", 16, "a period has `.begin` and `.end`, not `.start`", ""),
        ("request_period.ende", 16, "not `.ende`", "did you mean `end`?"),
        ("request_period - 2 months", 1, "is a period, and one day is needed here", "write `request_period.begin` or"),
        ("request_period .. system_date", 1, "is a period, and one day is needed here", "write `request_period.begin`"),
        ("max(system_date, validity)", 18, "is a period, and one day is needed here", "write `validity.begin`"),
        ("2024-1-5", 1, "a date must be written YYYY-MM-DD", ""),
        ("system_date .. 2023-02-29", 16, "`2023-02-29`: the day must lie between 01 and 28", ""),
        ("system_date - 99999999 days", 15, "a count has at most 7 digits", ""),
        ("- 2 months", 1, "unexpected `-`; expected a name", ""),
    ],
)
def test_a_mistake_is_placed_and_explained(text: str, column: int, message: str, suggestion: str) -> None:
    with pytest.raises(WindowSyntaxError) as caught:
        parse_window(text, VOCABULARY)
    error = caught.value
    assert (error.line, error.column) == (1, column)
    assert message in error.message
    assert error.suggestion.startswith(suggestion)
    assert bool(error.suggestion) == bool(suggestion)
    assert str(error).startswith(f"line 1, column {column}: {error.message}")


def test_a_mistake_on_a_later_line() -> None:
    with pytest.raises(WindowSyntaxError) as caught:
        parse_window("system_date\n  .. end_dat", VOCABULARY)
    assert (caught.value.line, caught.value.column) == (2, 6)


def read_or_refused(text: str) -> Window | WindowSyntaxError:
    try:
        return parse_window(text, VOCABULARY)
    except WindowSyntaxError as error:
        return error


@given(st.text(alphabet="system_date.(),+-0123456789 \nminaxyéà", max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    match read_or_refused(text):
        case Window() as window:
            assert parse_window(str(window), VOCABULARY) == window
        case WindowSyntaxError() as error:
            lines = text.split("\n")
            assert 1 <= error.line <= len(lines)
            assert 1 <= error.column <= len(lines[error.line - 1]) + 1


def test_points_and_shifts_have_the_same_errors() -> None:
    with pytest.raises(WindowSyntaxError, match=r"one day is needed here \(write `validity.begin`"):
        parse_point("validity", VOCABULARY)
    with pytest.raises(WindowSyntaxError, match=r"column 13: unexpected `..`"):
        parse_point("system_date .. end_date", VOCABULARY)
    with pytest.raises(WindowSyntaxError, match=r"column 1: unexpected `5`; expected `\+` or `-`"):
        parse_shift("5 years")
    with pytest.raises(WindowSyntaxError, match="vocabulary being empty"):
        parse_window("system_date", {})


def test_a_syntax_error_is_one_of_ours_and_a_value_error() -> None:
    assert issubclass(WindowSyntaxError, RulesServiceError)
    assert issubclass(WindowSyntaxError, ValueError)


def test_malformed_trees_cannot_exist() -> None:
    with pytest.raises(ValueError, match="slot or a day"):
        Term(None, None)
    with pytest.raises(ValueError, match="slot or a day"):
        Term("system_date", 3)
    with pytest.raises(ValueError, match="real day"):
        Term(None, FUTURE)
    term = Term("system_date", None)
    for choice, count in ((Choice.SINGLE, 0), (Choice.SINGLE, 2), (Choice.LATEST, 1), (Choice.EARLIEST, 0)):
        with pytest.raises(ValueError, match="two or more"):
            Endpoint(choice, (term,) * count)
    with pytest.raises(dataclasses.FrozenInstanceError):
        term.slot = "end_date"  # type: ignore[misc]
