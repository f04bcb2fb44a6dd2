"""One request, checked: every text has become a number, a day or a name that the rulesets know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import product
from math import prod

from rules_service.algebra import FUTURE
from rules_service.errors import InvalidRequestError
from rules_service.identifiers.parties import Organisation

SYSTEM_DATE = "system_date"
REQUEST_PERIOD = "request_period"
REFERENCE_YEAR = "reference_year"
USER_ROLE = "user_role"
MAX_CASES = 1_000


class Proof(IntEnum):
    """The result of checking the proof of authentication (S28)."""

    ABSENT = 0
    CORRECT = 1
    INCORRECT = 2
    UNVERIFIABLE = 3


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A named period of the request, both days included; `end` is None where the request left it empty."""

    name: str
    begin: int
    end: int | None


@dataclass(frozen=True, slots=True)
class NamedDate:
    """A named date of the request; the same name may come several times, and must then hold for each (S30c)."""

    name: str
    day: int


@dataclass(frozen=True, slots=True)
class RequestShape:
    """What a request looks like when persons and days are left out: all that decides before the register is read.

    Two requests of one shape pass or fail the same checks, so a batch checks each distinct shape once.
    """

    operation: str
    requester: Organisation | None
    quality_code: int | None
    legal_context: str
    names: frozenset[str]
    open_ends: frozenset[str]
    parameters: frozenset[tuple[str, str]]
    information_types: tuple[str, ...]
    has_persons: bool
    proof: Proof


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """One request. `requester` is an organisation key; `periods` includes `request_period` and `reference_year`."""

    operation: str
    requester: str
    ssins: tuple[int, ...] = field(repr=False)
    system_date: int
    quality_code: int | None = None
    legal_context: str = ""
    periods: tuple[NamedPeriod, ...] = ()
    dates: tuple[NamedDate, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    information_types: tuple[str, ...] = ()
    proof: Proof = Proof.ABSENT
    ticket: str = ""

    def shape(self, requester: Organisation | None) -> RequestShape:
        """The shape of the request, for the organisation that the directory holds under its requester key."""
        return RequestShape(
            operation=self.operation,
            requester=requester,
            quality_code=self.quality_code,
            legal_context=self.legal_context,
            names=frozenset([*(period.name for period in self.periods), *(date.name for date in self.dates)]),
            open_ends=frozenset(period.name for period in self.periods if period.end is None),
            parameters=frozenset(self.parameters.items()),
            information_types=self.information_types,
            has_persons=bool(self.ssins),
            proof=self.proof,
        )

    def bindings(self, used: frozenset[str]) -> tuple[dict[str, int], ...]:
        """Every way to give each slot one day: more than one where a name in `used` comes several times (S30c).

        Names outside `used` are ignored, so that repeating a name that the rule does not read changes nothing.

        Raises:
            InvalidRequestError: persons and repeated names combine to more than a thousand cases.
        """
        base = {SYSTEM_DATE: self.system_date}
        if not used:
            return (base,)
        choices: dict[str, list[dict[str, int]]] = {}
        for period in self.periods:
            if period.name in used:
                end = FUTURE if period.end is None else period.end
                slots = {f"{period.name}.begin": period.begin, f"{period.name}.end": end}
                choices.setdefault(period.name, []).append(slots)
        for date in self.dates:
            if date.name in used:
                choices.setdefault(date.name, []).append({date.name: date.day})
        if prod(map(len, choices.values()), start=max(1, len(self.ssins))) > MAX_CASES:
            raise too_many_cases()
        return tuple(base | _merged(chosen) for chosen in product(*choices.values()))


def too_many_cases() -> InvalidRequestError:
    """The error for a request whose persons and repeated names combine to more than a thousand cases."""
    return InvalidRequestError.of(
        "dates", f"combine with the persons to more than {MAX_CASES} cases; repeat fewer names"
    )


def _merged(parts: tuple[dict[str, int], ...]) -> dict[str, int]:
    return {slot: day for part in parts for slot, day in part.items()}
