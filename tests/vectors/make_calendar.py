"""Writes `calendar.jsonl`: questions about the calendar, with answers that do not come from the package.

Everything here is worked out by hand from the lengths of the months, with the standard library alone, so that the
evaluators can be held against something that shares nothing with them. One JSON object per line; days are
`YYYY-MM-DD`, `-infinity` or `infinity`. Three kinds:

- `shift`: `day` moved by `shift` is `expect`.
- `window`: `expression`, with the days of `bindings`, runs from `expect[0]` to `expect[1]`, both included.
- `predicate`: whether `predicate` (`overlaps`, `covers`, `total_days`) holds over `window` for `integrations`, pairs
  of begin and end with null for an open end; `extend` first moves each begin; `at_least` is the number of days.

Run it to write the file again: `python tests/vectors/make_calendar.py`.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

TARGET = Path(__file__).with_name("calendar.jsonl")
YEARS = range(1, 10_000)

Case = dict[str, object]
Integration = tuple[str, str | None]


class Move(NamedTuple):
    """A shift in numbers; the text is made from them, so nothing has to read it back."""

    years: int = 0
    months: int = 0
    days: int = 0
    up: bool = False

    def __str__(self) -> str:
        amounts = ((self.years, "years"), (self.months, "months"), (self.days, "days"))
        parts = [f"{'-' if number < 0 else '+'} {abs(number)} {unit}" for number, unit in amounts if number]
        return " ".join([*parts, "rounding up"] if self.up else parts)


# ---- arithmetic: a day is its place in the list of all days from 0001-01-01 (place 0) to 9999-12-31


def month_length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def place(year: int, month: int, day: int) -> int:
    before = year - 1
    years = 365 * before + before // 4 - before // 100 + before // 400
    return years + sum(month_length(year, earlier) for earlier in range(1, month)) + day - 1


LAST_PLACE = place(9999, 12, 31)
BEFORE_ALL, AFTER_ALL = -1, LAST_PLACE + 1


def read(day: str) -> int:
    if day in ("-infinity", "infinity"):
        return BEFORE_ALL if day == "-infinity" else AFTER_ALL
    year, month, number = map(int, day.split("-"))
    return place(year, month, number)


def parts(at: int) -> tuple[int, int, int]:
    year = max(1, at // 366)
    while place(year + 1, 1, 1) <= at:
        year += 1
    month = max(number for number in range(1, 13) if place(year, number, 1) <= at)
    return year, month, at - place(year, month, 1) + 1


def write(at: int) -> str:
    if at in (BEFORE_ALL, AFTER_ALL):
        return "-infinity" if at == BEFORE_ALL else "infinity"
    return "{:04}-{:02}-{:02}".format(*parts(at))


def moved(at: int, move: Move) -> int:
    """Years and months together, once; then the days; past the ends of the list, the place beyond it."""
    if not 0 <= at <= LAST_PLACE:
        return at
    year, month, day = parts(at)
    months = year * 12 + month - 1 + move.years * 12 + move.months
    year, month = months // 12, months % 12 + 1
    if year not in YEARS:
        return AFTER_ALL if year > 0 else BEFORE_ALL
    length = month_length(year, month)
    rounded = place(year, month, min(day, length)) + (1 if day > length and move.up else 0)
    return min(AFTER_ALL, max(BEFORE_ALL, rounded + move.days))


# ---- the three kinds of cases


def shift(day: str, move: Move) -> Case:
    return {"kind": "shift", "day": day, "shift": str(move), "expect": write(moved(read(day), move))}


def window(expression: str, bindings: dict[str, str], begin: int, end: int) -> Case:
    expect = [write(begin), write(end)]
    return {"kind": "window", "expression": expression, "bindings": bindings, "expect": expect}


def predicate(
    name: str,
    asked: tuple[str, str],
    integrations: Sequence[Integration],
    extend: Move | None = None,
    at_least: int | None = None,
) -> Case:
    held = [(moved(read(begin), extend or Move()), read(end or "infinity")) for begin, end in integrations]
    answers = [
        any(begin <= day <= end for begin, end in held) for day in range(read(asked[0]), read(asked[1]) + 1)
    ]  # one answer for each day of the window
    expect = {"overlaps": any(answers), "covers": all(answers), "total_days": sum(answers) >= (at_least or 0)}[name]
    case: Case = {"kind": "predicate", "predicate": name, "window": list(asked)}
    case["integrations"] = [list(integration) for integration in integrations]
    case |= {"extend": str(extend)} if extend else {}
    case |= {"at_least": at_least} if at_least is not None else {}
    return case | {"expect": expect}


# ---- the cases

MONTH_ENDS = (
    "2023-01-29", "2023-01-30", "2023-01-31", "2024-01-30", "2024-01-31", "2023-02-28", "2024-02-28", "2024-02-29",
    "2023-03-31", "2023-04-29", "2023-04-30", "2024-04-30", "2024-05-31", "2024-08-31", "2024-12-31", "2000-02-29",
    "1900-02-28", "1904-02-29", "2096-02-29",
)  # fmt: skip
MONTH_MOVES = (
    Move(months=1), Move(months=-1), Move(months=-2), Move(months=-2, up=True), Move(months=13), Move(years=-5),
    Move(years=5), Move(years=5, up=True), Move(years=-4), Move(years=-1, months=-1), Move(months=1, days=1),
    Move(years=-5, months=2, days=-3, up=True),
)  # fmt: skip
ENDS_OF_TIME = (
    ("0001-01-01", Move(days=-1)), ("0001-01-01", Move(months=-1)), ("0001-01-01", Move(years=-5)),
    ("0001-02-28", Move(months=-2)), ("0001-03-01", Move(months=-2)), ("0001-01-31", Move(months=-1, days=40)),
    ("0005-12-31", Move(years=-5)), ("0006-01-01", Move(years=-5)), ("0001-01-02", Move(days=-1)),
    ("0001-01-02", Move(days=-2)), ("9999-12-31", Move(days=1)), ("9999-12-31", Move(months=1)),
    ("9999-12-31", Move(years=1)), ("9999-12-01", Move(days=30)), ("9999-12-01", Move(days=31)),
    ("9999-11-30", Move(months=1)), ("9999-10-31", Move(months=1)), ("9999-10-31", Move(months=1, up=True)),
    ("9999-11-30", Move(months=1, days=1)), ("9999-11-30", Move(months=1, days=2)),
    ("9999-12-31", Move(months=1, days=-40)), ("9994-12-31", Move(years=5)), ("9995-01-01", Move(years=5)),
    ("9996-02-29", Move(years=5)), ("infinity", Move(years=-5)), ("infinity", Move(days=-1)),
    ("-infinity", Move(years=5)), ("-infinity", Move(days=1)), ("1969-12-31", Move(days=1)),
    ("1970-01-01", Move(days=-1)), ("2024-02-28", Move(days=1)), ("2023-02-28", Move(days=1)),
)  # fmt: skip
SYSTEM_DATES = (
    "2023-01-31", "2023-04-28", "2023-04-29", "2023-04-30", "2023-05-01", "2024-01-31", "2024-02-29", "2024-04-29",
    "2024-04-30", "2024-08-31", "2024-10-31", "2024-12-31", "2025-02-28", "2025-03-01", "2026-12-17", "9999-12-01",
    "0001-01-15", "0001-03-01", "1970-01-01",
)  # fmt: skip


def shifts() -> Iterator[Case]:
    yield from (shift(day, move) for day in MONTH_ENDS for move in MONTH_MOVES)
    yield from (shift(day, move) for day, move in ENDS_OF_TIME)


def windows() -> Iterator[Case]:
    for day in SYSTEM_DATES:
        bound, at = {"system_date": day}, read(day)
        two_months, later = moved(at, Move(months=-2)), moved(at, Move(days=45))
        yield window("system_date - 2 months .. system_date + 45 days", bound, two_months, later)
        rounded_up = moved(at, Move(months=-2, up=True))
        yield window("system_date - 2 months rounding up .. system_date + 45 days", bound, rounded_up, later)
        yield window("system_date", bound, at, at)
        year = moved(moved(at, Move(years=-1)), Move(days=1))
        yield window("system_date + 1 day - 6 months - 6 months .. system_date", bound, year, at)
    for begin, end in (("2024-02-29", "2024-02-29"), ("2020-02-29", "2024-06-30"), ("0003-05-05", "9999-12-31")):
        bound = {"request_period.begin": begin, "request_period.end": end}
        first, last = read(begin), read(end)
        yield window("request_period", bound, first, last)
        text = "request_period.begin - 5 years .. request_period.end + 5 years"
        yield window(text, bound, moved(first, Move(years=-5)), moved(last, Move(years=5)))
        yield window("request_period.end - 1 month", bound, *[moved(last, Move(months=-1))] * 2)
        yield window("2020-01-31 + 1 month .. request_period.end", bound, read("2020-02-29"), last)
    for today, other in (("2024-03-10", "2024-05-01"), ("2024-05-01", "2024-03-10"), ("2024-05-01", "2024-05-01")):
        bound = {"system_date": today, "end_date": other}
        first, last = sorted((read(today), read(other)))
        yield window("min(system_date, end_date) .. max(system_date, end_date)", bound, first, last)
        yield window("system_date .. end_date", bound, read(today), read(other))
        month_before = moved(read(other), Move(months=-1))
        text = "max(system_date, end_date - 1 month) .. max(end_date, system_date)"
        yield window(text, bound, max(read(today), month_before), last)


YEAR = ("2024-01-01", "2024-12-31")
SPRING = ("2024-03-01", "2024-05-31")
ONE_DAY = ("2024-02-29", "2024-02-29")
END_OF_TIME = ("9999-12-30", "9999-12-31")
PAST_THE_END = ("9999-12-30", "infinity")
BEFORE_TIME = ("-infinity", "0001-01-02")
HOLDINGS: tuple[tuple[tuple[str, str], tuple[Integration, ...]], ...] = (
    (SPRING, ()),
    (SPRING, (SPRING,)),
    (SPRING, (YEAR,)),
    (SPRING, (("2024-03-02", "2024-05-31"),)),
    (SPRING, (("2024-03-01", "2024-05-30"),)),
    (SPRING, (("2024-02-01", "2024-02-29"),)),
    (SPRING, (("2024-02-01", "2024-03-01"),)),
    (SPRING, (("2024-05-31", "2024-06-30"),)),
    (SPRING, (("2024-06-01", "2024-06-30"),)),
    (SPRING, (("2024-02-01", "2024-02-29"), ("2024-06-01", None))),
    (SPRING, (("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30"))),
    (SPRING, (("2024-04-01", "2024-06-30"), ("2024-01-01", "2024-03-31"))),
    (SPRING, (("2024-01-01", "2024-03-31"), ("2024-04-02", "2024-06-30"))),
    (SPRING, (("2024-03-01", "2024-03-31"), ("2024-05-01", "2024-05-31"), ("2024-04-01", "2024-04-30"))),
    (SPRING, (("2024-03-01", "2024-05-15"), ("2024-03-10", "2024-05-31"))),
    (SPRING, (("2024-03-01", "2024-05-31"), ("2024-04-01", "2024-04-10"))),
    (SPRING, (("2024-04-15", "2024-04-15"),)),
    (SPRING, (("2024-03-01", None),)),
    (SPRING, (("2024-03-02", None),)),
    (SPRING, (("2024-06-01", None),)),
    (SPRING, (("2024-01-01", "2024-02-28"),)),
    (SPRING, (("2024-06-02", "2024-06-02"),)),
    (SPRING, (("2023-03-01", "2023-05-31"), ("2025-03-01", "2025-05-31"))),
    (SPRING, (("2024-05-31", None), ("2020-01-01", "2024-05-30"))),
    (YEAR, (("2023-12-31", "2024-06-30"), ("2024-07-01", "2025-01-01"))),
    (YEAR, (("2023-12-31", "2024-06-30"), ("2024-07-02", "2025-01-01"))),
    (YEAR, (("2024-01-01", "2024-02-28"), ("2024-02-29", "2024-12-31"))),
    (YEAR, (("2024-01-01", "2024-02-28"), ("2024-03-01", "2024-12-31"))),
    (ONE_DAY, (("2024-02-29", "2024-02-29"),)),
    (ONE_DAY, (("2024-02-28", "2024-02-28"), ("2024-03-01", "2024-03-01"))),
    (ONE_DAY, (("2024-01-01", None),)),
    (END_OF_TIME, (("2024-01-01", None),)),
    (END_OF_TIME, (("2024-01-01", "9999-12-31"),)),
    (END_OF_TIME, (("2024-01-01", "9999-12-30"),)),
    (PAST_THE_END, (("2024-01-01", None),)),
    (PAST_THE_END, (("2024-01-01", "9999-12-31"),)),
    (BEFORE_TIME, (("0001-01-01", None),)),
)
FIVE_YEARS = Move(years=-5)
CAREER = ("2018-06-15", "2024-06-14")
EXTENDED: tuple[tuple[tuple[str, str], tuple[Integration, ...]], ...] = (
    (CAREER, (("2023-06-15", "2024-06-14"),)),
    (CAREER, (("2023-06-16", "2024-06-14"),)),
    (CAREER, (("2023-06-15", "2024-06-13"),)),
    (CAREER, (("2023-06-15", "2023-12-31"), ("2024-01-02", "2024-06-14"))),
    (CAREER, (("2020-01-01", "2020-01-31"), ("2024-06-14", None))),
    (CAREER, (("2020-01-01", "2020-01-31"), ("2025-02-01", None))),
    (CAREER, (("2020-01-01", "2020-01-31"), ("2025-02-02", None))),
    (CAREER, (("2030-01-01", None),)),
    (("2019-02-28", "2024-02-29"), (("2024-02-29", "2024-02-29"),)),
    (("2019-02-27", "2024-02-29"), (("2024-02-29", "2024-02-29"),)),
    (BEFORE_TIME, (("0005-12-31", None),)),
    (BEFORE_TIME, (("0006-01-01", None),)),
)
TWELVE_MONTHS = ("2023-06-16", "2024-06-15")
NINETY: tuple[tuple[Integration, ...], ...] = (
    (),
    (("2024-03-18", "2024-06-15"),),
    (("2024-03-19", "2024-06-15"),),
    (("2024-03-17", "2024-06-15"),),
    (("2024-03-18", None),),
    (("2024-03-19", None),),
    (("2023-01-01", "2023-09-13"),),
    (("2023-01-01", "2023-09-12"),),
    (("2023-07-01", "2023-07-30"), ("2023-09-01", "2023-09-30"), ("2024-01-01", "2024-01-30")),
    (("2023-07-01", "2023-07-30"), ("2023-09-01", "2023-09-30"), ("2024-01-01", "2024-01-29")),
    (("2023-07-01", "2023-08-14"), ("2023-07-16", "2023-08-29")),
    (("2023-07-01", "2023-08-29"), ("2023-07-01", "2023-08-29")),
    (("2023-07-01", "2023-09-27"), ("2023-09-28", "2023-09-28")),
    (("2023-03-01", "2023-06-15"), ("2024-06-16", None)),
)


def predicates() -> Iterator[Case]:
    for asked, integrations in HOLDINGS:
        yield predicate("overlaps", asked, integrations)
        yield predicate("covers", asked, integrations)
    for asked, integrations in EXTENDED:
        yield predicate("covers", asked, integrations)
        yield predicate("covers", asked, integrations, extend=FIVE_YEARS)
        yield predicate("overlaps", asked, integrations, extend=FIVE_YEARS)
    for integrations in NINETY:
        yield from (predicate("total_days", TWELVE_MONTHS, integrations, at_least=days) for days in (89, 90, 91))
    yield predicate("total_days", SPRING, (SPRING,), at_least=92)
    yield predicate("total_days", SPRING, (YEAR,), at_least=93)
    yield predicate("total_days", YEAR, (("2024-04-01", "2024-04-01"),), at_least=1)


def cases() -> list[Case]:
    return [*shifts(), *windows(), *predicates()]


def text() -> str:
    return "".join(json.dumps(case) + "\n" for case in cases())


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
