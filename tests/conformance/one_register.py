"""All cases in one register: each case gets persons and organisations of its own, so that none sees another's facts."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rules_service.algebra import FUTURE, format_day
from rules_service.decision import Integration
from rules_service.identifiers import check_digits, format_ssin
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.load import Case
from rules_service.register import FileKind, Register, import_file

FIRST_BIRTH = dt.date(1930, 1, 1)
FIRST_CBE = 2_071_000
BIS_MONTH = 20


class OwnFacts:
    """The cases with numbers of their own."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self.organisations: dict[str, Organisation] = {}
        self._next_cbe = FIRST_CBE
        self.cases = tuple(self._renamed(case, day) for day, case in enumerate(cases))

    def _renamed(self, case: Case, day: int) -> Case:
        persons = {old: person(day, place, old in case.replacements) for place, old in enumerate(numbers_of(case), 1)}
        keys = {case.requester.key: self._new_key()}
        requester = replace(case.requester, key=keys[case.requester.key])
        self.organisations[requester.key] = requester
        rows = tuple(self._row(row, persons, keys) for row in case.integrations)
        ssins = tuple(format_ssin(persons[int(text)]) for text in case.request.ssins)
        return replace(
            case,
            request=replace(case.request, ssins=ssins, requester=requester.key),
            requester=requester,
            integrations=rows,
            replacements={persons[old]: persons[new] for old, new in case.replacements.items()},
        )

    def _row(self, row: Integration, persons: dict[int, int], keys: dict[str, str]) -> Integration:
        key = row.organisation
        if key not in keys:
            keys[key] = key if "/" in key else self._new_key()
        new = keys[key]
        kind = RequesterKind.PARTNER if row.institution != 1 else RequesterKind.CPAS
        self.organisations.setdefault(new, Organisation(new, kind, Region.NONE, row.sector, row.institution))
        return replace(row, ssin=persons[row.ssin], organisation=new)

    def _new_key(self) -> str:
        self._next_cbe += 1
        return f"{self._next_cbe:08d}{97 - self._next_cbe % 97:02d}"


def numbers_of(case: Case) -> list[int]:
    """Every person of a case, once."""
    rows = [row.ssin for row in case.integrations]
    pairs = [number for pair in case.replacements.items() for number in pair]
    return list(dict.fromkeys([*map(int, case.request.ssins), *rows, *pairs]))


def person(day: int, counter: int, is_replaced: bool) -> int:
    """Somebody born that many days after the first one; a number that was replaced is a bis number."""
    birth = FIRST_BIRTH + dt.timedelta(days=day)
    month = birth.month + BIS_MONTH * is_replaced
    nine = int(f"{birth.year % 100:02d}{month:02d}{birth.day:02d}{counter:03d}")
    return nine * 100 + check_digits(nine, born_2000_or_later=False)


def import_facts(facts: OwnFacts, register: Register, folder: Path) -> None:
    """Bring the facts of all cases into a register, by the files that anybody would import."""
    tables: dict[FileKind, Iterable[Sequence[object]]] = {
        FileKind.ORGANISATIONS: [organisation_row(each) for each in facts.organisations.values()],
        FileKind.ALIASES: [
            (format_ssin(old), format_ssin(new)) for case in facts.cases for old, new in case.replacements.items()
        ],
        FileKind.INTEGRATIONS: [integration_row(row) for case in facts.cases for row in case.integrations],
    }
    for kind, rows in tables.items():
        file = folder / f"{kind.value}.csv"
        write(file, kind.required, rows)
        report = import_file(register, kind, file)
        assert report.bad_rows == ()


def write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(header)
        writer.writerows(rows)


def organisation_row(each: Organisation) -> tuple[object, ...]:
    cbe_number = "" if "/" in each.key else each.key
    institution = "" if each.institution is None else each.institution
    return cbe_number, each.sector, institution, each.kind.name.lower(), each.region.name.lower(), "of a case"


def integration_row(row: Integration) -> tuple[object, ...]:
    registers = {(True, True): "both", (True, False): "primary", (False, True): "secondary"}
    end = "" if row.end == FUTURE else format_day(row.end)
    shown = registers[row.primary, row.secondary]
    return format_ssin(row.ssin), row.organisation, row.sector, row.quality_code, format_day(row.begin), end, shown
