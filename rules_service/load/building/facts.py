"""The facts of a conformance case: integrations of synthetic persons by synthetic organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from rules_service.algebra import FUTURE, InvalidDayError, parse_day
from rules_service.decision import Integration
from rules_service.identifiers import CPAS_SECTOR, parse_institution
from rules_service.identifiers.parties import Organisation
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings
from rules_service.load.synthetic import synthetic_cbe, synthetic_ssin

CPAS_INSTITUTION: Final = 1
_OTHER_CPAS: Final = 1  # the requester is synthetic organisation 0
_FIRST_OTHER: Final = 100  # and `other 43` is synthetic organisation 143
_BOTH_REGISTERS: Final = ("primary", "secondary")


@dataclass(frozen=True, slots=True)
class Owner:
    """The organisation that integrated a person."""

    key: str
    sector: int
    institution: int | None


@dataclass(frozen=True, slots=True)
class FactBuilder:
    """Builds the facts of one case."""

    requester: Organisation
    findings: Findings

    def integrations(self, case: Node) -> tuple[Integration, ...]:
        """The integrations of a case that are right, numbered in the order of the file."""
        rows = enumerate(case.items_of("integrations"), start=1)
        built = [self.findings.attempt(partial(self.integration, row_id), node) for row_id, node in rows]
        return tuple(row for row in built if row is not None)

    def integration(self, row_id: int, node: Node) -> Integration:
        """One integration: `CODE BEGIN .. END` alone, or with whose it is."""
        text = node["integration"] if node.entries is not None else node
        code, _, period = text.string.strip().partition(" ")
        begin, end = self._period(text, period)
        owner = self._owner(node.string_of("of", "requester") if node.entries is not None else "requester")
        sector = node.integer_of("sector")
        registers = node.strings_of("registers") or _BOTH_REGISTERS
        return Integration(
            row_id=row_id,
            ssin=synthetic_ssin(node.integer_of("person") or 1),
            organisation=owner.key,
            sector=owner.sector if sector is None else sector,
            quality_code=int(code),
            begin=begin,
            end=end,
            primary="primary" in registers,
            secondary="secondary" in registers,
            institution=owner.institution,
        )

    def _owner(self, of: str) -> Owner:
        if of == "requester":
            return Owner(self.requester.key, self.requester.sector, self.requester.institution)
        if of == "other_cpas":
            return Owner(synthetic_cbe(_OTHER_CPAS), CPAS_SECTOR, CPAS_INSTITUTION)
        if of.startswith("other "):
            sector = int(of.removeprefix("other "))
            return Owner(synthetic_cbe(_FIRST_OTHER + sector), sector, None)
        named = parse_institution(of)
        return Owner(str(named), named.sector, named.institution)

    def _period(self, node: Node, period: str) -> tuple[int, int]:
        begin_text, _, end_text = (part.strip() for part in period.partition(".."))
        begin = self.day(node, begin_text)
        end = self.day(node, end_text) if end_text else FUTURE
        if end < begin:
            self.findings.fail(node, Code.INVERTED_RANGE, f"`{end_text}` lies before `{begin_text}`; exchange them")
        return begin, end

    def day(self, node: Node, text: str) -> int:
        """The day of a date inside a scalar."""
        try:
            return parse_day(text)
        except InvalidDayError as error:
            self.findings.fail(node, Code.WRONG_DATE, str(error))

    def replacements(self, case: Node) -> dict[int, int]:
        """Which number replaced which, by the persons' numbers; nobody may replace himself in the end."""
        entries = case.entries_of("replaced")
        persons = {int(old): node.integer for old, node in entries.items()}
        for old, node in entries.items():
            if _returns_to(int(old), persons):
                self.findings.fail(node, Code.CIRCLE, f"following the replacements of person {old} never ends")
        return {synthetic_ssin(old): synthetic_ssin(new) for old, new in persons.items()}


def _returns_to(start: int, persons: Mapping[int, int]) -> bool:
    person = start
    for _ in persons:
        person = persons.get(person, 0)
        if person == start:
            return True
    return False
