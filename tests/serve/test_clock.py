"""The day in Brussels, whatever the hour is in UTC."""

from __future__ import annotations

import datetime as dt
import time
from zoneinfo import ZoneInfo

import pytest

from rules_service.algebra import parse_day
from rules_service.serve.clock import brussels_today


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-06-14T21:59:59", "2026-06-14"),
        ("2026-06-14T22:00:00", "2026-06-15"),
        ("2026-12-31T22:59:59", "2026-12-31"),
        ("2026-12-31T23:00:00", "2027-01-01"),
        ("2024-02-28T23:00:00", "2024-02-29"),
    ],
)
def test_the_day_changes_at_midnight_in_brussels(monkeypatch: pytest.MonkeyPatch, utc: str, day: str) -> None:
    moment = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    monkeypatch.setattr(time, "time", moment.timestamp)
    assert brussels_today() == parse_day(day)


def test_brussels_is_whole_hours_from_utc_at_all_times_that_a_server_may_see() -> None:
    brussels = ZoneInfo("Europe/Brussels")
    first = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    offsets = {(first + dt.timedelta(hours=hour)).astimezone(brussels).utcoffset() for hour in range(100 * 365 * 24)}
    assert offsets == {dt.timedelta(hours=1), dt.timedelta(hours=2)}
