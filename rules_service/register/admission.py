"""What may be written into the register, and with which end: the rules of chapters 2 and 3, as the rulesets give them.

A wish comes in as the caller stated it. It leaves as the period that is written, or is refused with every rule that it
breaks: the field, the rule in words and the limit as a date. No database is asked: what the register holds already is
the business of `row_algebra`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rules_service.algebra import FUTURE, Period, Shift, format_day
from rules_service.errors import FieldViolation, InvalidRequestError, OperatorError
from rules_service.identifiers import CPAS_SECTOR, NOT_SIGNIFICANT
from rules_service.model import CALENDAR_YEAR, Bounds, EndRule, MissingEnd, QualityCode, Ruleset, WritingRules, last_day

BEGIN: Final = "period.begin_date"
END: Final = "period.end_date"
CODE: Final = "quality_code"
_HIGHEST_CODE: Final = 999


class WritingRulesMissingError(OperatorError):
    """The rulesets say nothing of writing, so that nothing can be written by them; decisions can be made."""

    reason = "WRITING_RULES_MISSING"


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish to integrate or to remove: days `begin` to `end`, both included, under a quality code of a sector.

    Both are real days; `end` is None where the caller gave none (S24, S27).
    """

    sector: int
    quality_code: int
    begin: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """The period of an integration as it is written; `FUTURE` is an open end.

    `end_defaulted` says that the caller gave no end, also where the end stays open (S24).
    """

    period: Period
    end_defaulted: bool


@dataclass(frozen=True, slots=True)
class AdmissionRules:
    """The quality codes of the CPAS by their numbers, and the rules of writing."""

    codes: Mapping[int, QualityCode]
    writing: WritingRules

    @classmethod
    def of(cls, ruleset: Ruleset) -> AdmissionRules:
        """The rules of a ruleset.

        Raises:
            WritingRulesMissingError: it has none; nothing is written without rules.
        """
        if ruleset.writing is None:
            raise WritingRulesMissingError(
                "the rulesets do not say what may be written: add `writing` to quality_codes.yaml"
            )
        return cls({code.code: code for code in ruleset.quality_codes}, ruleset.writing)

    def code_of(self, wish: Wish) -> QualityCode | None:
        """The code with its duration, None where that is unknown: other sectors, and 0, 902 and 999 (S13)."""
        return self.codes.get(wish.quality_code) if wish.sector == CPAS_SECTOR else None


def admit(wish: Wish, rules: AdmissionRules, executed_on: int) -> Admitted:
    """The integration that a wish becomes (S4, S24, S25, S26, S29).

    Args:
        wish: what the caller asks to integrate.
        rules: those of the ruleset in force.
        executed_on: the day of execution, in Brussels (S1).

    Raises:
        InvalidRequestError: the wish breaks at least one rule; its violations name the fields.
    """
    end = _default_end(wish, rules) if wish.end is None else wish.end
    _refuse_any(
        *_wrong_code(wish, rules),
        *_wrong_dates(wish, rules.writing.dates, executed_on),
        *_outside(BEGIN, wish.begin, rules.writing.begin, executed_on),
        *_too_long(wish, rules.code_of(wish)),
        *_past(end, rules.writing, executed_on),
    )
    return Admitted(Period(wish.begin, end), end_defaulted=wish.end is None)


def admit_removal(wish: Wish, rules: AdmissionRules, executed_on: int) -> Period:
    """The days that a wish to remove takes away (S4, S26, S27).

    No maximum binds a removal, nor must the code be a known one: what an import brought in can always be removed.

    Raises:
        InvalidRequestError: as `admit`.
    """
    _refuse_any(*_wrong_dates(wish, rules.writing.dates, executed_on))
    end = _derived_end(rules.writing.removal_without_end, rules.code_of(wish), wish.begin)
    return Period(wish.begin, end if wish.end is None else wish.end)


def _default_end(wish: Wish, rules: AdmissionRules) -> int:
    """The end of an integration for which none is given (S24); `FUTURE` where it stays open."""
    code = rules.code_of(wish)
    if code is not None and code.default_end:
        return last_day(code.default_end, wish.begin)
    return _derived_end(rules.writing.integration_without_end, code, wish.begin)


def _derived_end(rule: EndRule, code: QualityCode | None, begin: int) -> int:
    if code is None or rule.becomes is MissingEnd.INFINITY:
        return FUTURE
    return last_day(code.maximum_duration, begin)


def _refuse_any(*violations: FieldViolation) -> None:
    if violations:
        raise InvalidRequestError.of_all(violations)


def _wrong_code(wish: Wish, rules: AdmissionRules) -> Iterator[FieldViolation]:
    """A number that is no code, or none of the CPAS; the codes of other sectors are not all known (S13, S24)."""
    if not 0 <= wish.quality_code <= _HIGHEST_CODE:
        yield FieldViolation(CODE, f"must lie between 0 and {_HIGHEST_CODE}")
    elif wish.sector == CPAS_SECTOR and wish.quality_code not in rules.codes.keys() | NOT_SIGNIFICANT:
        known = ", ".join(map(str, sorted(rules.codes.keys() | NOT_SIGNIFICANT)))
        yield FieldViolation(CODE, f"`{wish.quality_code}` is no code of sector {CPAS_SECTOR}; known are {known}")


def _wrong_dates(wish: Wish, bounds: Bounds, executed_on: int) -> Iterator[FieldViolation]:
    """Dates too far from the day of execution (S26), and a period that ends before it begins (S4)."""
    yield from _outside(BEGIN, wish.begin, bounds, executed_on)
    if wish.end is not None:
        yield from _outside(END, wish.end, bounds, executed_on)
        if wish.end < wish.begin:
            yield FieldViolation(END, f"must not lie before {format_day(wish.begin)}, the `{BEGIN}`")


def _outside(field: str, day: int, bounds: Bounds, executed_on: int) -> Iterator[FieldViolation]:
    if bounds.earliest is not None and day < bounds.earliest.apply(executed_on):
        yield FieldViolation(field, f"must not lie before {_limit(bounds.earliest, executed_on)}")
    if day > bounds.latest.apply(executed_on):
        yield FieldViolation(field, f"must not lie after {_limit(bounds.latest, executed_on)}")


def _limit(shift: Shift, executed_on: int) -> str:
    """A limit as a date, and how it came about: `1926-05-04, 100 years before the day of execution`."""
    sign, _, distance = str(shift).partition(" ")
    side = "before" if sign == "-" else "after"
    return f"{format_day(shift.apply(executed_on))}, {distance} {side} the day of execution"


def _too_long(wish: Wish, code: QualityCode | None) -> Iterator[FieldViolation]:
    """An end that was given and lies after the maximum of the code (S25)."""
    if code is None or wish.end is None:
        return
    latest = last_day(code.maximum_duration, wish.begin)
    if wish.end > latest:
        rule = f"an integration under code `{code.code}` {_in_words(code.maximum_duration)}"
        yield FieldViolation(END, f"must not lie after {format_day(latest)}: {rule}")


def _in_words(duration: str) -> str:
    if duration == CALENDAR_YEAR:
        return "ends with the year in which it began"
    return f"lasts at most {duration.removeprefix('+').strip()}"


def _past(end: int, writing: WritingRules, executed_on: int) -> Iterator[FieldViolation]:
    """A period wholly before the day of execution, where the rulesets do not allow it (S29)."""
    if not writing.past_periods.allowed and end < executed_on:
        day = format_day(executed_on)
        yield FieldViolation(
            END, f"must not lie before {day}, the day of execution: nobody is integrated in the past alone"
        )
