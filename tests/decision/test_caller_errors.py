"""An error about a request names what is wrong, and stays small however much is wrong."""

from __future__ import annotations

from rules_service.errors import FieldViolation, InvalidRequestError


def wrong(count: int) -> tuple[FieldViolation, ...]:
    return tuple(FieldViolation(f"dates[{index}].date", "is missing") for index in range(count))


def test_a_few_wrong_fields_are_all_spelled_out() -> None:
    error = InvalidRequestError.of_all(wrong(2))
    assert str(error) == "`dates[0].date`: is missing; `dates[1].date`: is missing"
    assert (error.violations, error.violation_count) == (wrong(2), 2)


def test_thousands_of_wrong_fields_are_counted_but_not_kept() -> None:
    error = InvalidRequestError.of_all(wrong(5_000))
    assert str(error).endswith("`dates[9].date`: is missing; and 4990 more")
    assert (error.violations, error.violation_count) == (wrong(100), 5_000)
