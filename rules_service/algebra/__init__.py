"""Days, calendar shifts, runs of days and windows: the arithmetic of time, which knows nothing about rules.

Reading order: `days` (a day is an integer), `shifts` (two months earlier), `intervals` (sets of days),
`window_tree` and `windows` (the windows that rules write).
"""

from rules_service.algebra.days import (
    FUTURE,
    MAX_DAY,
    MIN_DAY,
    PAST,
    InvalidDayError,
    brussels_day,
    date_of,
    day_of,
    format_day,
    parse_day,
    year_of,
)
from rules_service.algebra.intervals import NO_DAYS, DaySet, InvertedPeriodError, Period, convert_bounds
from rules_service.algebra.shifts import NO_SHIFT, Rounding, Shift, apply_to_column
from rules_service.algebra.windows import (
    Choice,
    Endpoint,
    NameKind,
    Slot,
    Term,
    Window,
    WindowSyntaxError,
    parse_point,
    parse_shift,
    parse_window,
)

__all__ = [
    "FUTURE",
    "MAX_DAY",
    "MIN_DAY",
    "NO_DAYS",
    "NO_SHIFT",
    "PAST",
    "Choice",
    "DaySet",
    "Endpoint",
    "InvalidDayError",
    "InvertedPeriodError",
    "NameKind",
    "Period",
    "Rounding",
    "Shift",
    "Slot",
    "Term",
    "Window",
    "WindowSyntaxError",
    "apply_to_column",
    "brussels_day",
    "convert_bounds",
    "date_of",
    "day_of",
    "format_day",
    "parse_day",
    "parse_point",
    "parse_shift",
    "parse_window",
    "year_of",
]
