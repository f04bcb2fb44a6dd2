"""The register in memory: one revision as sorted columns, immutable, read by every evaluator (architecture, idea 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rules_service.decision import Integration, RegisterReader
from rules_service.identifiers.parties import Organisation
from rules_service.register.aliases import current_numbers
from rules_service.register.directory import Directory

NO_INSTITUTION = -1
UNKNOWN = -1

Int16 = NDArray[np.int16]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IntegrationColumns:
    """Integrations in any order, as columns of equal length; what an `Index` is built from.

    `end` is the last day, `FUTURE` where open; `organisation_ordinal` counts along the keys given to `build_index`;
    `institution` is that of the organisation, `NO_INSTITUTION` where unknown.
    """

    row_id: Int64
    ssin: Int64
    organisation_ordinal: Int32
    sector: Int16
    institution: Int16
    code: Int16
    begin: Int32
    end: Int32
    primary: Bools
    secondary: Bools


@dataclass(slots=True, eq=False, repr=False)
class Index:
    """One revision of the register: implements `ColumnarRegister`, whose description of the columns holds.

    `numbers` are all persons' numbers, sorted; `person` and `current` give for each the person's ordinal and the number
    that stands for it today. INVARIANT (immutable): every array is read-only, and nothing is assigned after building.
    """

    revision: int
    directory: Directory
    organisation_keys: tuple[str, ...]
    numbers: Int64
    person: Int32
    current: Int64
    offsets: Int64
    begin: Int32
    end_exclusive: Int32
    code: Int16
    organisation_ordinal: Int32
    sector: Int16
    institution: Int16
    primary: Bools
    secondary: Bools
    row_id: Int64
    _ordinals: Mapping[str, int]

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def person_count(self) -> int:
        """How many persons have an integration or a replaced number."""
        return len(self.offsets) - 1

    def lookup(self, ssins: Int64) -> Int32:
        """The person's ordinal for each number, `UNKNOWN` where the register knows none."""
        persons = np.full(len(ssins), UNKNOWN, dtype=np.int32)
        place, known = self._places(ssins)
        persons[known] = self.person[place[known]]
        return persons

    def current_numbers(self, ssins: Int64) -> Int64:
        """The number that stands today for each number: itself unless it was replaced (S18)."""
        numbers = ssins.copy()
        place, known = self._places(ssins)
        numbers[known] = self.current[place[known]]
        return numbers

    def ordinal_of(self, organisation: str) -> int:
        """The ordinal of an organisation key, `UNKNOWN` where the register knows none."""
        return self._ordinals.get(organisation, UNKNOWN)

    def organisation(self, key: str) -> Organisation | None:
        """The organisation with this CBE number or `sector/institution`, or None."""
        return self.directory.find(key)

    def organisations(self) -> tuple[Organisation, ...]:
        """Every organisation of the directory, in order of its key."""
        return self.directory.all()

    def current_number(self, ssin: int) -> int:
        """The number that stands for the person today: `ssin` itself unless it was replaced."""
        return int(self.current_numbers(np.array([ssin], dtype=np.int64))[0])

    def integrations_of(self, ssin: int) -> tuple[Integration, ...]:
        """Every integration of the person over the whole chain of numbers, under the number that was asked for."""
        person = int(self.lookup(np.array([ssin], dtype=np.int64))[0])
        if person == UNKNOWN:
            return ()
        rows = range(int(self.offsets[person]), int(self.offsets[person + 1]))
        return tuple(self._integration(row, ssin) for row in rows)

    def _places(self, ssins: Int64) -> tuple[Int64, Bools]:
        """Where each number stands in `numbers`, and whether it stands there at all."""
        place = np.searchsorted(self.numbers, ssins)
        known = place < len(self.numbers)
        known[known] = self.numbers[place[known]] == ssins[known]
        return place, known

    def _integration(self, row: int, ssin: int) -> Integration:
        institution = int(self.institution[row])
        return Integration(
            row_id=int(self.row_id[row]),
            ssin=ssin,
            organisation=self.organisation_keys[self.organisation_ordinal[row]],
            sector=int(self.sector[row]),
            quality_code=int(self.code[row]),
            begin=int(self.begin[row]),
            end=int(self.end_exclusive[row]) - 1,
            primary=bool(self.primary[row]),
            secondary=bool(self.secondary[row]),
            institution=None if institution == NO_INSTITUTION else institution,
        )


def build_index(
    columns: IntegrationColumns,
    organisation_keys: Sequence[str],
    organisations: Iterable[Organisation],
    replaced: tuple[Int64, Int64] | None = None,
    revision: int = 0,
) -> Index:
    """The index of integrations in any order.

    Args:
        columns: the integrations.
        organisation_keys: the key of each organisation ordinal that the columns use.
        organisations: the directory.
        replaced: replaced numbers, each once, and what directly replaced each of them.
        revision: the revision of the register that all this belongs to.

    Raises:
        InternalError: the replacements run in a circle.
    """
    old, new = replaced if replaced is not None else (_column([], np.int64), _column([], np.int64))
    numbers = np.unique(np.concatenate([columns.ssin, old, new]))
    current = current_numbers(numbers, old, new)
    persons, person = np.unique(current, return_inverse=True)
    person_of_row = person[np.searchsorted(numbers, columns.ssin)]
    order = np.lexsort((columns.row_id, columns.end, columns.begin, person_of_row))
    counts = np.bincount(person_of_row, minlength=len(persons))
    return Index(
        revision=revision,
        directory=Directory(organisations),
        organisation_keys=tuple(organisation_keys),
        numbers=numbers,
        person=person.astype(np.int32),
        current=current,
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        begin=columns.begin[order],
        end_exclusive=columns.end[order] + np.int32(1),  # the one conversion to half-open days (S2)
        code=columns.code[order],
        organisation_ordinal=columns.organisation_ordinal[order],
        sector=columns.sector[order],
        institution=columns.institution[order],
        primary=columns.primary[order],
        secondary=columns.secondary[order],
        row_id=columns.row_id[order],
        _ordinals={key: ordinal for ordinal, key in enumerate(organisation_keys)},
    )


def index_of_facts(
    organisations: Iterable[Organisation],
    integrations: Iterable[Integration],
    replacements: Mapping[int, int] | None = None,
    revision: int = 0,
) -> Index:
    """The index of a few facts at hand; `replacements` maps an old number to the one that directly replaced it."""
    directory, rows = list(organisations), list(integrations)
    keys = sorted({each.key for each in directory} | {row.organisation for row in rows})
    ordinals = {key: ordinal for ordinal, key in enumerate(keys)}
    columns = IntegrationColumns(
        row_id=_column([row.row_id for row in rows], np.int64),
        ssin=_column([row.ssin for row in rows], np.int64),
        organisation_ordinal=_column([ordinals[row.organisation] for row in rows], np.int32),
        sector=_column([row.sector for row in rows], np.int16),
        institution=_column([_institution(row) for row in rows], np.int16),
        code=_column([row.quality_code for row in rows], np.int16),
        begin=_column([row.begin for row in rows], np.int32),
        end=_column([row.end for row in rows], np.int32),
        primary=_column([row.primary for row in rows], np.bool_),
        secondary=_column([row.secondary for row in rows], np.bool_),
    )
    replaced = replacements or {}
    chains = _column(list(replaced), np.int64), _column(list(replaced.values()), np.int64)
    return build_index(columns, keys, directory, chains, revision)


def index_of_person(register: RegisterReader, ssin: int) -> Index:
    """What a register knows of one person, with the whole directory, as columns: a revision of the past in small."""
    current = register.current_number(ssin)
    replaced = {} if current == ssin else {ssin: current}
    return index_of_facts(register.organisations(), register.integrations_of(ssin), replaced, register.revision)


def _column(values: ArrayLike, kind: type[Kind]) -> NDArray[Kind]:
    return np.asarray(values, dtype=kind)


def _institution(row: Integration) -> int:
    return NO_INSTITUTION if row.institution is None else row.institution
