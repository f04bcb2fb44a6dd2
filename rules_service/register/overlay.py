"""From one index to the next: persons that changed are added behind the others, and now and then all is packed again.

A write touches a few persons. What is known of them is indexed on its own, its rows are put into the room behind the
rows that are there, and the numbers of these persons lead there from then on. Readers need not know: an index with
changes has the columns of any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules_service.register.index import NO_INSTITUTION, Index, Owners
from rules_service.register.number_table import NumberTable
from rules_service.register.person_numbers import UNKNOWN, Persons
from rules_service.register.row_columns import Room

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_Owner = tuple[str, int, int]
"""The key of an organisation, its sector and its institution."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Changes:
    """All that is known, at the revision of `index`, of the persons that changed since an earlier one.

    `numbers` are all numbers that these persons ever had, sorted; `index` holds their rows and the whole directory.
    """

    numbers: Int64
    index: Index


def with_changes(index: Index, changes: Changes) -> Index:
    """The index as it becomes by the changes; what it was stays readable.

    The institution of every owner is that of the directory, which the changes may have changed.
    """
    later = changes.index
    keys = tuple(dict.fromkeys((*index.organisation_keys, *later.organisation_keys)))
    owners, owner_of = _joined_owners(index, later, keys)
    room, first = index.room.add(later.rows.with_owners(owner_of))
    person, current = later.persons.find(changes.numbers)
    person[person != UNKNOWN] += np.int32(first)
    before = _persons_before(index, changes)
    rows_before = int((index.offsets[before + 1] - index.offsets[before]).sum())
    return Index(
        revision=later.revision,
        directory=later.directory,
        organisation_keys=keys,
        persons=index.persons.with_changed(NumberTable(changes.numbers, person, current)),
        owners=owners,
        room=room,
        rows=room.filled(),
        person_count=index.person_count - len(before) + later.person_count,
        integration_count=index.integration_count - rows_before + later.integration_count,
    )


def _persons_before(index: Index, changes: Changes) -> Int32:
    persons = np.unique(index.persons.find(changes.numbers)[0])
    known: Int32 = persons[persons != UNKNOWN]
    return known


def _joined_owners(index: Index, later: Index, keys: tuple[str, ...]) -> tuple[Owners, Int32]:
    """The owners of both, and where the owners of `later` are among them."""
    owners = list(_owners_now(index, later))
    places = {owner: place for place, owner in reversed(list(enumerate(owners)))}
    owner_of = []
    for owner in _owners_now(later, later):
        if owner not in places:
            places[owner] = len(owners)
            owners.append(owner)
        owner_of.append(places[owner])
    return _columns_of(owners, keys), np.array(owner_of, dtype=np.int32)


def _owners_now(index: Index, later: Index) -> Iterator[_Owner]:
    """The owners of an index with the institutions that the directory gives them now."""
    for columns in zip(*(column.tolist() for column in index.owners.by_name().values()), strict=True):
        organisation, sector, institution = columns
        key = index.organisation_keys[organisation]
        if later.directory is not index.directory:
            now = later.directory.institution_of(key)
            institution = NO_INSTITUTION if now is None else now
        yield key, sector, institution


def _columns_of(owners: list[_Owner], keys: tuple[str, ...]) -> Owners:
    ordinals = {key: ordinal for ordinal, key in enumerate(keys)}
    return Owners(
        np.array([ordinals[key] for key, _, _ in owners], dtype=np.int32),
        np.array([sector for _, sector, _ in owners], dtype=np.int16),
        np.array([institution for _, _, institution in owners], dtype=np.int16),
    )


def packed(index: Index) -> Index:
    """The same index built whole: persons in order of their numbers, and no rows of before."""
    numbers, persons = index.persons.current_persons()
    old, current = index.persons.replacements()
    room = Room.of_persons(index.rows, persons)
    return replace(index, persons=Persons.of(numbers, old, current), room=room, rows=room.filled())
