"""What is known about a person: integrations, and how evaluators ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from rules_service.errors import InvalidRequestError
from rules_service.identifiers.parties import Organisation


@dataclass(frozen=True, slots=True)
class Integration:
    """One row of the register: a person is integrated by an organisation, under a code, from day to day (S12).

    `begin` and `end` are days, both included; an open end is `algebra.FUTURE` (S5). `institution` is that of the
    organisation, None where unknown. The person's number is kept out of the representation.
    """

    row_id: int
    ssin: int = field(repr=False)
    organisation: str
    sector: int
    quality_code: int
    begin: int
    end: int
    primary: bool = True
    secondary: bool = True
    institution: int | None = None


def register_chain_order(integrations: Iterable[Integration]) -> tuple[Integration, ...]:
    """The order in which every evaluator walks a person's integrations: begin, end, row."""
    return tuple(sorted(integrations, key=lambda row: (row.begin, row.end, row.row_id)))


class RegisterReader(Protocol):
    """A register at one revision, as evaluators read it."""

    @property
    def revision(self) -> int:
        """The revision that every answer of this reader belongs to; 0 for facts given in the request."""

    def organisation(self, key: str) -> Organisation | None:
        """The organisation with this CBE number or `sector/institution`, or None."""

    def organisations(self) -> tuple[Organisation, ...]:
        """Every organisation of the directory, in order of its key."""

    def integrations_of(self, ssin: int) -> tuple[Integration, ...]:
        """The person's integrations, over the whole chain of replaced numbers (S18), in `register_chain_order`.

        Each stands under `ssin`, the number that was asked for, whichever number of the chain it was written under.
        """

    def current_number(self, ssin: int) -> int:
        """The number that stands for the person today: `ssin` itself unless it was replaced."""


class InlineRegister:
    """The facts that came with a request: the same protocol, no database (FACTS_SOURCE_INLINE)."""

    def __init__(
        self,
        requester: Organisation,
        integrations: Iterable[Integration],
        replacements: Mapping[int, int] | None = None,
    ) -> None:
        """`replacements` maps an old number to the one that directly replaced it.

        Raises:
            InvalidRequestError: the replacements run in a circle, so that no number stands today.
        """
        self._requester = requester
        self._replacements = dict(replacements or {})
        _check_chains_end(self._replacements)
        rows: dict[int, list[Integration]] = {}
        for integration in integrations:
            rows.setdefault(self.current_number(integration.ssin), []).append(integration)
        self._rows = {ssin: register_chain_order(found) for ssin, found in rows.items()}

    @property
    def revision(self) -> int:
        """Inline facts belong to no revision."""
        return 0

    def organisation(self, key: str) -> Organisation | None:
        """The requester, as its profile describes it; no other organisation is known."""
        return self._requester if key == self._requester.key else None

    def organisations(self) -> tuple[Organisation, ...]:
        """The requester alone."""
        return (self._requester,)

    def integrations_of(self, ssin: int) -> tuple[Integration, ...]:
        """The integrations given for the person under any number of its chain, as those of `ssin`."""
        rows = self._rows.get(self.current_number(ssin), ())
        return tuple(row if row.ssin == ssin else replace(row, ssin=ssin) for row in rows)

    def current_number(self, ssin: int) -> int:
        """The last number of the chain."""
        while ssin in self._replacements:
            ssin = self._replacements[ssin]
        return ssin


def _check_chains_end(replacements: Mapping[int, int]) -> None:
    for first in replacements:
        ssin, passed = first, {first}
        while ssin in replacements:
            ssin = replacements[ssin]
            if ssin in passed:
                raise InvalidRequestError.of("replacements", "run in a circle; a number replaces another only once")
            passed.add(ssin)
