"""From the texts of a message to a checked request: every wrong field is found and named, none is guessed.

Only what can be said without the operation's rule is checked here: the shape of the request and its numbers, the
first two steps of the order of checks (S20b). Both the gRPC services and the command line come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from rules_service.algebra import InvalidDayError, NameKind, parse_day
from rules_service.decision.request import (
    REFERENCE_YEAR,
    REQUEST_PERIOD,
    DecisionRequest,
    NamedDate,
    NamedPeriod,
    Proof,
)
from rules_service.errors import FieldViolation, InvalidRequestError, InvalidSsinError
from rules_service.identifiers import parse_ssin

MAX_TICKET_LENGTH = 36
MAX_PERSONS = 100
MAX_NAMED_VALUES = 100
MAX_INTEGRATIONS = 1_000
MAX_OPERATION_LENGTH = 100
MAX_LEGAL_CONTEXT_LENGTH = 64


_MOST: Final = {
    "ssins": (MAX_PERSONS, "persons"),
    "periods": (MAX_NAMED_VALUES, "periods"),
    "dates": (MAX_NAMED_VALUES, "dates"),
    "parameters": (MAX_NAMED_VALUES, "parameters"),
    "information_types": (MAX_NAMED_VALUES, "information types"),
    "integrations": (MAX_INTEGRATIONS, "integrations"),
}
"""How many entries a repeated field of a request may have."""


@dataclass(frozen=True, slots=True)
class PeriodFields:
    """A period as a message gives it: ISO dates, both included; an empty end is an open one."""

    begin_date: str
    end_date: str = ""


@dataclass(frozen=True, slots=True)
class RequestFields:
    """A request as a message gives it: texts, nothing checked. `system_date` is empty for the date of receipt.

    `requester` is None where the request is not put by anybody yet: it will be asked for several organisations.
    """

    operation: str
    requester: str | None
    ssins: tuple[str, ...] = field(default=(), repr=False)
    quality_code: int | None = None
    legal_context: str = ""
    system_date: str = ""
    request_period: PeriodFields | None = None
    periods: tuple[tuple[str, PeriodFields], ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    information_types: tuple[str, ...] = ()
    proof: Proof = Proof.ABSENT
    ticket: str = ""


@dataclass(frozen=True, slots=True)
class RequestVocabulary:
    """The names that requests may use: named periods and dates, and parameters with their values (none: any text)."""

    names: Mapping[str, NameKind]
    parameters: Mapping[str, frozenset[str]]


def check_counts(fields: object) -> None:
    """Refuse too many entries before anybody looks at one: an error for each of them would fill the memory.

    Args:
        fields: a request in any form that has its repeated fields under their own names.

    Raises:
        InvalidRequestError: at least one field has too many entries; every such field is named.
    """
    counts = {name: len(getattr(fields, name, ())) for name in _MOST}
    violations = tuple(
        FieldViolation(name, f"has {counts[name]} {unit}; at most {most} are allowed")
        for name, (most, unit) in _MOST.items()
        if counts[name] > most
    )
    if violations:
        raise InvalidRequestError.of_all(violations)


def check_request(fields: RequestFields, vocabulary: RequestVocabulary, received_on: int) -> DecisionRequest:
    """The checked request; `received_on` is the Brussels day on which it was received (S1).

    Raises:
        InvalidSsinError: only numbers of persons are wrong.
        InvalidRequestError: at least one field is wrong; every wrong field is named, but for those within a field
            that has too many entries.
    """
    check_counts(fields)
    check = _Check(vocabulary)
    request = check.request(fields, received_on)
    if check.violations:
        raise InvalidRequestError.of_all(tuple(check.violations + check.wrong_numbers))
    if check.wrong_numbers:
        raise InvalidSsinError.of_all(tuple(check.wrong_numbers))
    return request


def read_day(text: str, wrong: Callable[[str], None]) -> int | None:
    """The day that a field gives, or None when it gives none, and `wrong` is told what to do about it."""
    if not text:
        wrong("is missing; give a date as YYYY-MM-DD")
        return None
    try:
        return parse_day(text)
    except InvalidDayError as error:
        wrong(str(error))
        return None


class _Check:
    """Collects what is wrong while it reads a request once, from its first field to its last."""

    def __init__(self, vocabulary: RequestVocabulary) -> None:
        self.vocabulary = vocabulary
        self.violations: list[FieldViolation] = []
        self.wrong_numbers: list[FieldViolation] = []

    def request(self, fields: RequestFields, received_on: int) -> DecisionRequest:
        """The request, to be used only when no violation was found."""
        self._texts(fields)
        ssins = tuple(self._ssin(index, text) for index, text in enumerate(fields.ssins))
        system_date = self._day("system_date", fields.system_date) if fields.system_date else received_on
        return DecisionRequest(
            operation=fields.operation,
            requester=fields.requester or "",
            ssins=ssins,
            system_date=system_date or 0,
            quality_code=fields.quality_code,
            legal_context=fields.legal_context,
            periods=self._periods(fields),
            dates=self._dates(fields),
            parameters=dict(fields.parameters),
            information_types=fields.information_types,
            proof=fields.proof,
            ticket=fields.ticket,
        )

    def _wrong(self, name: str, description: str) -> None:
        self.violations.append(FieldViolation(name, description))

    def _texts(self, fields: RequestFields) -> None:
        if not fields.operation:
            self._wrong("operation", "is missing; give the name of an operation of the catalogue")
        if fields.requester == "":
            self._wrong("requester", "is missing; give `cbe_number`, or `sector` and `institution`")
        if fields.quality_code is not None and not 0 <= fields.quality_code <= 999:
            self._wrong("quality_code", f"`{_quotable(str(fields.quality_code))}` is not between 0 and 999")
        self._length("operation", fields.operation, MAX_OPERATION_LENGTH)
        self._length("ticket", fields.ticket, MAX_TICKET_LENGTH)
        self._length("legal_context", fields.legal_context, MAX_LEGAL_CONTEXT_LENGTH)
        if len(set(fields.ssins)) != len(fields.ssins):
            self._wrong("ssins", "names a person twice; name each person once")
        for index, number in enumerate(fields.information_types):
            if not (len(number) == 3 and number.isascii() and number.isdigit()):
                self._wrong(f"information_types[{index}]", "is not three digits, such as `110`")
        for name, value in fields.parameters.items():
            self._parameter(name, value)

    def _length(self, name: str, text: str, limit: int) -> None:
        if len(text) > limit:
            self._wrong(name, f"has {len(text)} characters; at most {limit} are allowed")

    def _parameter(self, name: str, value: str) -> None:
        if name not in self.vocabulary.parameters:
            known = ", ".join(sorted(self.vocabulary.parameters))
            self._wrong(f"parameters[{_quotable(name)}]", f"is not a known parameter; known are {known}")
            return
        allowed = self.vocabulary.parameters[name]
        if allowed and value not in allowed:
            self._wrong(f"parameters[{name}]", f"`{_quotable(value)}` is not one of {', '.join(sorted(allowed))}")

    def _ssin(self, index: int, text: str) -> int:
        try:
            return parse_ssin(text)
        except InvalidSsinError as error:
            self.wrong_numbers.append(FieldViolation(f"ssins[{index}]", error.violations[0].description))
            return 0

    def _day(self, name: str, text: str) -> int | None:
        """The day, or None when the text is no day, which is then written down."""
        return read_day(text, partial(self._wrong, name))

    def _periods(self, fields: RequestFields) -> tuple[NamedPeriod, ...]:
        found = []
        if fields.request_period is not None:
            found.append(self._period(REQUEST_PERIOD, REQUEST_PERIOD, fields.request_period))
        for index, (name, period) in enumerate(fields.periods):
            self._name(f"periods[{index}].name", name, NameKind.PERIOD)
            found.append(self._period(name, f"periods[{index}].period", period))
        if REFERENCE_YEAR in fields.parameters:
            found.append(self._reference_year(fields.parameters[REFERENCE_YEAR]))
        return tuple(found)

    def _period(self, name: str, where: str, period: PeriodFields) -> NamedPeriod:
        begin = self._day(f"{where}.begin_date", period.begin_date)
        end = self._day(f"{where}.end_date", period.end_date) if period.end_date else None
        if begin is not None and end is not None and end < begin:
            self._wrong(f"{where}.end_date", f"`{period.end_date}` lies before `{period.begin_date}`")
        return NamedPeriod(name, begin or 0, end)

    def _reference_year(self, year: str) -> NamedPeriod:
        if not (len(year) == 4 and year.isascii() and year.isdigit() and year != "0000"):
            self._wrong(f"parameters[{REFERENCE_YEAR}]", "is not a year of four digits")
            return NamedPeriod(REFERENCE_YEAR, 0, 0)
        return NamedPeriod(REFERENCE_YEAR, parse_day(f"{year}-01-01"), parse_day(f"{year}-12-31"))

    def _dates(self, fields: RequestFields) -> tuple[NamedDate, ...]:
        found = []
        for index, (name, text) in enumerate(fields.dates):
            self._name(f"dates[{index}].name", name, NameKind.DATE)
            found.append(NamedDate(name, self._day(f"dates[{index}].date", text) or 0))
        return tuple(found)

    def _name(self, where: str, name: str, kind: NameKind) -> None:
        reserved = name in ("system_date", REQUEST_PERIOD, REFERENCE_YEAR)
        if reserved or self.vocabulary.names.get(name) is not kind:
            known = sorted(
                known
                for known, its_kind in self.vocabulary.names.items()
                if its_kind is kind and known not in ("system_date", REQUEST_PERIOD, REFERENCE_YEAR)
            )
            self._wrong(where, f"`{_quotable(name)}` is not a known {kind.name.lower()}; known are {', '.join(known)}")


def _quotable(text: str) -> str:
    """The text, if it is surely no person's number and short enough to be repeated in an error."""
    digits = sum(character.isdigit() for character in text)
    return text if len(text) <= 40 and digits <= 8 and text.isprintable() else "…"
