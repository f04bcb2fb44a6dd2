"""The register in memory: one revision as sorted columns, immutable, read by every evaluator (architecture, idea 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rules_service.decision import Integration, RegisterReader
from rules_service.decision.columns import IN_PRIMARY, IN_SECONDARY, Records
from rules_service.identifiers.parties import Organisation
from rules_service.register.arranging import chain_ends, number_distinct, persons_of, replace_numbers, row_order
from rules_service.register.directory import Directory
from rules_service.register.person_numbers import UNKNOWN, Persons
from rules_service.register.row_columns import Room, RowColumns, room_for

NO_INSTITUTION: Final = -1

_RECORD_COLUMNS: Final = ("begin", "end_exclusive", "owner", "code", "flags")

UInt8 = NDArray[np.uint8]
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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Owners:
    """Who integrates: the distinct combinations of organisation, sector and institution, a few hundred of them."""

    owner_organisation: Int32
    owner_sector: Int16
    owner_institution: Int16

    def by_name(self) -> Mapping[str, NDArray[Any]]:
        """Each column by its name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(slots=True, eq=False, repr=False)
class Index:
    """One revision of the register: implements `ColumnarRegister`, whose description of the columns holds.

    The columns may hold rows of persons as they were before; `person_count` and `integration_count` leave these out.
    INVARIANT (immutable): every array is read-only, and nothing is assigned after building.
    """

    revision: int
    directory: Directory
    organisation_keys: tuple[str, ...]
    persons: Persons
    owners: Owners
    room: Room
    rows: RowColumns
    person_count: int
    integration_count: int
    offsets: Int32 = field(init=False)
    records: Records = field(init=False)
    begin: Int32 = field(init=False)
    end_exclusive: Int32 = field(init=False)
    code: Int16 = field(init=False)
    owner: Int32 = field(init=False)
    flags: UInt8 = field(init=False)
    row_id: Int64 = field(init=False)
    owner_organisation: Int32 = field(init=False)
    owner_sector: Int16 = field(init=False)
    owner_institution: Int16 = field(init=False)
    _ordinals: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        of_records = {name: self.rows.records[name] for name in _RECORD_COLUMNS}
        for name, column in {**self.rows.by_name(), **of_records, **self.owners.by_name()}.items():
            column.setflags(write=False)
            setattr(self, name, column)
        self._ordinals = {key: ordinal for ordinal, key in enumerate(self.organisation_keys)}

    @property
    def added_rows(self) -> int:
        """How many rows were added behind those with which the index was last built whole."""
        return self.rows.rows - int(self.offsets[self.persons.count])

    @property
    def added_persons(self) -> int:
        """How many persons were added behind those with which the index was last built whole."""
        return self.rows.persons - self.persons.count

    @property
    def is_packed(self) -> bool:
        """Whether nothing was added since it was last built whole."""
        return not self.added_persons and not len(self.persons.changed)

    @property
    def numbers(self) -> Int64:
        """The number of each person with which the index was last built whole, sorted: worked out anew each time."""
        return self.persons.pages.numbers()

    def lookup(self, ssins: Int64) -> Int32:
        """The person's ordinal for each number, `UNKNOWN` where the register knows none."""
        return self.persons.find(ssins)[0]

    def look_up_into(self, ssins: Int64, persons: Int32, current: Int64) -> None:
        """Puts down what `lookup` and `current_numbers` say of each number, found in one go."""
        self.persons.find_into(ssins, persons, current)

    def current_numbers(self, ssins: Int64) -> Int64:
        """The number that stands today for each number: itself unless it was replaced (S18)."""
        return self.persons.find(ssins)[1]

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
        return self.persons.current_one(ssin)

    def integrations_of(self, ssin: int) -> tuple[Integration, ...]:
        """Every integration of the person over the whole chain of numbers, under the number that was asked for."""
        person = self.persons.find_one(ssin)
        if person == UNKNOWN:
            return ()
        rows = range(int(self.offsets[person]), int(self.offsets[person + 1]))
        return tuple(self._integration(row, ssin) for row in rows)

    def _integration(self, row: int, ssin: int) -> Integration:
        owner, flags = self.owner[row], int(self.flags[row])
        institution = int(self.owner_institution[owner])
        return Integration(
            row_id=int(self.row_id[row]),
            ssin=ssin,
            organisation=self.organisation_keys[self.owner_organisation[owner]],
            sector=int(self.owner_sector[owner]),
            quality_code=int(self.code[row]),
            begin=int(self.begin[row]),
            end=int(self.end_exclusive[row]) - 1,
            primary=bool(flags & IN_PRIMARY),
            secondary=bool(flags & IN_SECONDARY),
            institution=None if institution == NO_INSTITUTION else institution,
        )


def build_index(
    columns: IntegrationColumns,
    organisation_keys: Sequence[str],
    organisations: Iterable[Organisation] | Directory,
    replaced: tuple[Int64, Int64] | None = None,
    revision: int = 0,
) -> Index:
    """The index of integrations in any order; fastest where they come by person, begin, end and row.

    Args:
        columns: the integrations.
        organisation_keys: the key of each organisation ordinal that the columns use.
        organisations: the directory.
        replaced: replaced numbers, each once, and what directly replaced each of them.
        revision: the revision of the register that all this belongs to.

    Raises:
        InternalError: a number is not valid, the replacements run in a circle, or there are more rows than an index
            can hold.
    """
    old, current = chain_ends(*replaced) if replaced is not None else (_column([], np.int64), _column([], np.int64))
    ssin = replace_numbers(columns.ssin, old, current)
    order = row_order(ssin, columns.begin, columns.end, columns.row_id)
    numbers, offsets = persons_of(ssin if order is None else ssin[order], current)
    owner, owners = _owners_of(columns)
    room = _arranged(columns, owner, offsets, slice(None) if order is None else order)
    return Index(
        revision=revision,
        directory=organisations if isinstance(organisations, Directory) else Directory(organisations),
        organisation_keys=tuple(organisation_keys),
        persons=Persons.of(numbers, old, current),
        owners=owners,
        room=room,
        rows=room.filled(),
        person_count=len(numbers),
        integration_count=len(ssin),
    )


def _owners_of(columns: IntegrationColumns) -> tuple[Int32, Owners]:
    """The owner of each row, and the owners."""
    owner, example = number_distinct(columns.organisation_ordinal, columns.sector, columns.institution)
    return owner, Owners(columns.organisation_ordinal[example], columns.sector[example], columns.institution[example])


def _arranged(columns: IntegrationColumns, owner: Int32, offsets: Int32, order: Int64 | slice) -> Room:
    persons, rows = len(offsets) - 1, len(columns.row_id)
    arranged = RowColumns.empty(persons + room_for(persons), rows + room_for(rows))
    arranged.offsets[: persons + 1] = offsets
    arranged.row_id[:rows] = columns.row_id[order]
    records = arranged.records[:rows]
    records["begin"] = columns.begin[order]
    # The one conversion to half-open days (S2).
    records["end_exclusive"] = columns.end[order] + np.int32(1)
    records["owner"] = owner[order]
    records["code"] = columns.code[order]
    records["flags"] = (columns.primary * np.uint8(IN_PRIMARY) | columns.secondary * np.uint8(IN_SECONDARY))[order]
    return Room(arranged, persons, rows)


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
