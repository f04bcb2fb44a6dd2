"""An invented population: organisations, persons and integrations that look real and are nobody's.

The same seed gives the same files, to the byte. Persons' numbers are valid, but their counters (from 800 on) are higher
than those given out on one day; CBE numbers start with 19, which no enterprise has yet.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rules_service.algebra import FUTURE, Shift, apply_to_column, format_day, parse_day
from rules_service.errors import OperatorError
from rules_service.identifiers import CPAS_SECTOR, format_ssin
from rules_service.register.overlapping import IntegrationOutcome, outcomes_of
from rules_service.register.row_files import FileKind, UnusableFileError

Int64 = NDArray[np.int64]
Rng = np.random.Generator
Row = tuple[Any, ...]

_FIRST_BIRTH: Final = parse_day("1935-01-01")
_LAST_BIRTH: Final = parse_day("2006-12-31")
_COUNTERS: Final = 98
_MOST_PERSONS: Final = 2_000_000
_MOST_CPAS: Final = 100_000

_PARTNER_SECTOR: Final = 40
_INSURER_SECTOR: Final = 11
_PARTNER_CODES: Final = (1, 2, 116, 117)
_STAFF_CODES: Final = (20, 21)
_HEATING_CODE: Final = 40
_ONE_YEAR: Final = Shift(months=12)
_FIVE_YEARS: Final = Shift(months=60)
_CODES: Final[dict[int, tuple[int, Shift | None]]] = {
    1: (140, Shift(months=2)),
    2: (240, _ONE_YEAR),
    3: (80, _ONE_YEAR),
    4: (130, _ONE_YEAR),
    5: (80, _ONE_YEAR),
    6: (50, _ONE_YEAR),
    7: (70, _FIVE_YEARS),
    8: (60, _FIVE_YEARS),
    9: (40, _FIVE_YEARS),
    11: (5, None),
    12: (10, _ONE_YEAR),
    20: (10, Shift(months=2)),
    21: (20, _FIVE_YEARS),
    30: (35, _ONE_YEAR),
    31: (10, Shift(months=1)),
    _HEATING_CODE: (20, _ONE_YEAR),
}
"""How many in a thousand integrations of a CPAS have each quality code, and how long they last at most."""


@dataclass(frozen=True, slots=True)
class Population:
    """The files of a population and how many rows each has, in the order in which they are to be imported."""

    files: dict[FileKind, Path]
    counts: dict[FileKind, int]


def generate_population(
    folder: Path, *, reference_day: int, persons: int = 20_000, organisations: int = 580, seed: int = 1
) -> Population:
    """Write `organisations.csv`, `aliases.csv` and `integrations.csv` into a folder.

    Args:
        folder: made if it is missing.
        reference_day: most integrations begin in the four years before this day, some in the two months after it.
        persons: how many persons, each with 1 to 6 integrations, some also with a replaced bis number.
        organisations: how many CPAS; associations of Chapter XII and partner institutions come on top of them.
        seed: what the invention starts from.

    Raises:
        OperatorError: less than one person or CPAS, or more than there are numbers for; the folder cannot be written.
    """
    if not (1 <= persons <= _MOST_PERSONS and 1 <= organisations <= _MOST_CPAS):
        raise OperatorError(f"ask for 1 to {_MOST_PERSONS} persons and for 1 to {_MOST_CPAS} organisations")
    rng = np.random.default_rng(seed)
    directory = _invent_organisations(organisations)
    people = _invent_persons(rng, persons)
    rows: dict[FileKind, Iterable[Row]] = {
        FileKind.ORGANISATIONS: directory,
        FileKind.ALIASES: people.aliases(),
        FileKind.INTEGRATIONS: _invent_integrations(rng, reference_day, people, directory),
    }
    files = {kind: folder / f"{kind.value}.csv" for kind in rows}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Population(files, {kind: _write(files[kind], kind, rows[kind]) for kind in rows})
    except OSError as error:
        raise UnusableFileError(f"`{folder}` cannot be written: {error.strerror}") from None


def _write(path: Path, kind: FileKind, rows: Iterable[Row]) -> int:
    path.touch(mode=0o600)
    path.chmod(0o600)  # also where it was there already
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(kind.required)
        for count, row in enumerate(rows, start=1):  # noqa: B007  the last count is wanted
            writer.writerow(row)
    return count


def _invent_organisations(cpas_count: int) -> list[Row]:
    """CPAS of the three regions in their true proportions, then Flemish associations, partners and insurers."""
    flemish, of_brussels = round(0.517 * cpas_count), round(0.033 * cpas_count)
    cbe_number = _cbe_numbers()
    rows: list[Row] = []
    for place in range(cpas_count):
        region = "flanders" if place < flemish else "brussels" if place < flemish + of_brussels else "wallonia"
        name = {"flanders": "OCMW", "brussels": "CPAS-OCMW", "wallonia": "CPAS"}[region]
        rows.append((next(cbe_number), CPAS_SECTOR, 1, "cpas", region, f"{name} {place + 1:03d}"))
    for place in range(flemish // 20):
        name = f"Welzijnsvereniging {place + 1:02d}"
        rows.append((next(cbe_number), CPAS_SECTOR, "", "association_chapter_xii", "flanders", name))
    rows += [("", _PARTNER_SECTOR, place, "partner", "none", f"Partner, institution {place}") for place in range(1, 11)]
    rows += [(next(cbe_number), _INSURER_SECTOR, 1, "partner", "none", f"Insurer {place}") for place in range(1, 7)]
    return rows


def _cbe_numbers() -> Iterator[str]:
    for eight_digits in range(19_000_007, 20_000_000, 7):
        yield f"{eight_digits}{97 - eight_digits % 97:02d}"


@dataclass(frozen=True, slots=True, repr=False)
class _Persons:
    """The current number of each person, and the ones before it: 0 where there were none."""

    current: Int64
    previous: Int64
    first: Int64

    def aliases(self) -> Iterator[Row]:
        for old, new in ((self.first, self.previous), (self.previous, self.current)):
            replaced = old != 0
            for pair in zip(old[replaced].tolist(), new[replaced].tolist(), strict=True):
                yield tuple(map(format_ssin, pair))

    def oldest(self) -> Int64:
        previous = np.where(self.previous == 0, self.current, self.previous)
        return np.where(self.first == 0, previous, self.first)


def _invent_persons(rng: Rng, count: int) -> _Persons:
    """In a thousand persons: 45 with a replaced bis number, 5 of these with two, and 10 who still have theirs."""
    births = _LAST_BIRTH - _FIRST_BIRTH + 1
    slots = rng.choice(births * _COUNTERS, count, replace=False)
    birth, counter = _FIRST_BIRTH + slots // _COUNTERS, slots % _COUNTERS
    national = _numbers(birth, counter + 900, bis=False)
    bis, earlier_bis = _numbers(birth, counter + 900, bis=True), _numbers(birth, counter + 800, bis=True)
    chance = rng.random(count)
    return _Persons(
        current=np.where(chance > 0.99, bis, national),
        previous=np.where(chance < 0.045, bis, 0),
        first=np.where(chance < 0.005, earlier_bis, 0),
    )


def _numbers(birth: Int64, counter: Int64, *, bis: bool) -> Int64:
    """Valid numbers for days of birth and counters."""
    dates = birth.astype("datetime64[D]")
    years, months = dates.astype("datetime64[Y]"), dates.astype("datetime64[M]")
    year = years.astype(np.int64) + 1970
    month = (months - years).astype(np.int64) + (21 if bis else 1)
    day = (dates - months).astype(np.int64) + 1
    nine_digits = ((year % 100 * 100 + month) * 100 + day) * 1000 + counter
    check = 97 - (nine_digits + np.where(year >= 2000, 2_000_000_000, 0)) % 97
    numbers: Int64 = nine_digits * 100 + check
    return numbers


def _invent_integrations(rng: Rng, reference_day: int, people: _Persons, directory: Sequence[Row]) -> list[Row]:
    """One to six integrations a person, three on average; no two of the same key overlap."""
    each = rng.choice(np.arange(1, 7), len(people.current), p=(0.15, 0.25, 0.25, 0.20, 0.10, 0.05))
    person = np.repeat(np.arange(len(people.current)), each)
    code = rng.choice(list(_CODES), len(person), p=[share / 1000 for share, _ in _CODES.values()])
    begin, end = _invent_days(rng, reference_day, code)
    organisation, sector, code = _invent_parties(rng, person, code, directory)
    # What happened long before was recorded under the oldest number of the person.
    ssin = np.where(begin < reference_day - 700, people.oldest()[person], people.current[person])
    registers = rng.choice(["both", "primary", "secondary"], len(person), p=(0.92, 0.05, 0.03))
    days = np.column_stack([begin, end, registers != "secondary", registers != "primary"])
    apart = _may_stand_together(ssin, organisation, sector, code, days)
    rows = zip(
        map(format_ssin, ssin.tolist()),
        organisation,
        sector,
        code.tolist(),
        map(format_day, begin.tolist()),
        ("" if day == FUTURE else format_day(day) for day in end.tolist()),
        registers.tolist(),
        strict=True,
    )
    return list(compress(rows, apart))


def _may_stand_together(
    ssin: Int64, organisation: Sequence[str], sector: Sequence[int], code: Int64, days: Int64
) -> list[bool]:
    """Which rows overlap none of the same key before them: the register takes no others."""
    _, organisation_id = np.unique(organisation, return_inverse=True)
    rows = np.column_stack([ssin, organisation_id, sector, code, days]).astype(np.int64)
    outcomes = outcomes_of(np.empty((0, rows.shape[1]), dtype=np.int64), rows)
    kept: list[bool] = (outcomes == IntegrationOutcome.ADDED).tolist()
    return kept


def _invent_days(rng: Rng, reference_day: int, code: Int64) -> tuple[Int64, Int64]:
    """Nine in ten begin before the reference day, rather late than early; six in ten last as long as they may."""
    count = len(code)
    before, after = rng.triangular(-1460, 0, 1, count).astype(np.int64), rng.integers(1, 61, count)
    begin = reference_day + np.where(rng.random(count) < 0.9, before, after)
    heating = code == _HEATING_CODE
    begin[heating] = begin[heating].astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(int)
    end = np.full(count, FUTURE, dtype=np.int64)
    for each, (_, maximum) in _CODES.items():
        if maximum is not None:
            end[code == each] = apply_to_column(begin[code == each].astype(np.int32), maximum)
    end[heating] -= 1  # a calendar year, not the anniversary
    shorter = (end != FUTURE) & ~heating & (rng.random(count) < 0.4)
    end[shorter] = begin[shorter] + ((end - begin)[shorter] * rng.random(int(shorter.sum()))).astype(np.int64)
    return begin, end


def _invent_parties(
    rng: Rng, person: Int64, code: Int64, directory: Sequence[Row]
) -> tuple[list[str], list[int], Int64]:
    """A home CPAS for each person, large ones for many; now and then another one, an association or a partner."""
    kinds = np.array([row[3] for row in directory])
    cpas, associations, partners = (
        np.flatnonzero(kinds == kind) for kind in ("cpas", "association_chapter_xii", "partner")
    )
    size = rng.pareto(1.5, len(cpas)) + 0.2
    home = rng.choice(cpas, int(person.max()) + 1, p=size / size.sum())
    party = np.where(rng.random(len(person)) < 0.85, home[person], rng.choice(cpas, len(person)))
    if len(associations):
        staff = np.isin(code, _STAFF_CODES) & (rng.random(len(person)) < 0.5)
        party[staff] = rng.choice(associations, int(staff.sum()))
    abroad = (rng.random(len(person)) < 0.05) & (code != _HEATING_CODE)
    party[abroad] = rng.choice(partners, int(abroad.sum()))
    code = np.where(abroad, rng.choice(_PARTNER_CODES, len(person)), code)
    keys = [row[0] or f"{row[1]}/{row[2]}" for row in directory]
    return [keys[place] for place in party.tolist()], [directory[place][1] for place in party.tolist()], code
