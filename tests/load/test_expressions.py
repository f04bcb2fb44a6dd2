from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules_service.algebra import Choice, Endpoint, NameKind, Shift, Term, Window, parse_day, parse_window
from rules_service.load.building.expressions import surely_not_after

VOCABULARY = {"p": NameKind.PERIOD, "system_date": NameKind.DATE, "end_date": NameKind.DATE}
SLOTS = ("system_date", "end_date", "p.begin", "p.end")
DAY = st.integers(parse_day("2019-12-01"), parse_day("2025-03-31"))

shifts = st.builds(Shift, months=st.integers(-3, 3), days=st.integers(-70, 70))
slot_terms = st.builds(Term, st.sampled_from(SLOTS), st.none(), shifts)
terms = slot_terms | st.builds(Term, st.none(), DAY, shifts)
endpoints = terms.map(lambda term: Endpoint(Choice.SINGLE, (term,))) | st.builds(
    Endpoint, st.sampled_from([Choice.EARLIEST, Choice.LATEST]), st.lists(terms, min_size=2, max_size=3).map(tuple)
)


@pytest.mark.parametrize(
    ("text", "never_inverted"),
    [
        ("system_date", True),
        ("p", True),
        ("system_date - 2 months .. system_date + 45 days", True),
        ("p.begin - 5 years .. p.end", True),
        ("min(system_date, end_date) .. max(system_date, end_date)", True),
        ("system_date .. max(system_date, end_date)", True),
        ("2026-01-01 .. 2026-12-31", True),
        ("system_date - 1 month .. system_date - 25 days", True),
        ("system_date - 1 month .. system_date - 26 days", False),
        ("system_date .. end_date", False),
        ("p.end .. p.begin", False),
        ("p.begin .. p.begin - 1 day", False),
        ("max(system_date, end_date) .. end_date", False),
        ("system_date .. min(system_date, end_date)", False),
        ("2026-01-01 .. system_date", False),
    ],
)
def test_which_windows_can_be_inverted_s4(text: str, never_inverted: bool) -> None:
    window = parse_window(text, VOCABULARY)
    assert surely_not_after(window.begin, window.end) is never_inverted


@given(window=st.builds(Window, endpoints, endpoints), days=st.tuples(DAY, DAY, DAY, DAY))
def test_a_window_that_passes_is_never_inverted_s4(window: Window, days: tuple[int, int, int, int]) -> None:
    bindings = dict(zip(SLOTS, (*days[:2], min(days[2:]), max(days[2:])), strict=True))
    resolved = window.resolve(bindings)
    if surely_not_after(window.begin, window.end):
        assert resolved is not None
        assert resolved[0] <= resolved[1]


@given(first=shifts, second=shifts, day=DAY)
def test_shifts_of_one_day_are_ordered_as_they_say_s6(first: Shift, second: Shift, day: int) -> None:
    ends = [Endpoint(Choice.SINGLE, (Term("system_date", None, shift),)) for shift in (first, second)]
    if surely_not_after(*ends):
        assert first.apply(day) <= second.apply(day)
