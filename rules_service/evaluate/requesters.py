"""Who asks, as columns: each requester of a table looked up once in the register that decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rules_service.decision import ColumnarRegister, Interned
from rules_service.evaluate.tables import NO_OWNER, SEVERAL_OWNERS, read_only
from rules_service.identifiers.parties import Organisation

Profiles = Interned[Organisation | None]
"""Organisations without their keys: those who are alike pass the same checks. None stands for whoever is not known."""
_NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class RequesterColumns:
    """For each requester its profile, its ordinal in the register and its sector, -1 where it is not known.

    `owner` is as whom it integrates in that sector: `NO_OWNER` or `SEVERAL_OWNERS` where that is not one.
    """

    register: ColumnarRegister
    profile: NDArray[np.int32]
    owner: NDArray[np.int32]
    ordinal: NDArray[np.int32]
    sector: NDArray[np.int16]

    @classmethod
    def of(cls, requesters: Interned[str], register: ColumnarRegister, profiles: Profiles) -> RequesterColumns:
        """The columns of the requesters that a table has by now."""
        found = [register.organisation(key) for key in requesters.items[: len(requesters)]]
        owners = _owners_of(register)
        known = [None if each is None else replace(each, key="") for each in found]
        return cls(
            register,
            read_only(np.array([profiles.number_of(each) for each in known], dtype=np.int32)),
            read_only(np.array([_owner_of(each, register, owners) for each in found], dtype=np.int32)),
            read_only(
                np.array([_NOBODY if it is None else register.ordinal_of(it.key) for it in found], dtype=np.int32)
            ),
            read_only(np.array([_NOBODY if each is None else each.sector for each in found], dtype=np.int16)),
        )


def _owners_of(register: ColumnarRegister) -> dict[tuple[int, int], int]:
    """The owner that each organisation and sector is, by ordinal; `SEVERAL_OWNERS` where institutions differ."""
    owners: dict[tuple[int, int], int] = {}
    columns = zip(register.owner_organisation.tolist(), register.owner_sector.tolist(), strict=True)
    for owner, organisation_and_sector in enumerate(columns):
        owners[organisation_and_sector] = SEVERAL_OWNERS if organisation_and_sector in owners else owner
    return owners


def _owner_of(organisation: Organisation | None, register: ColumnarRegister, owners: dict[tuple[int, int], int]) -> int:
    if organisation is None:
        return NO_OWNER
    return owners.get((register.ordinal_of(organisation.key), organisation.sector), NO_OWNER)
