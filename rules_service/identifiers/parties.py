"""Who asks and who executes: organisations, their classes and regions (S15)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class RequesterKind(IntEnum):
    """The class of an organisation, from the organisation directory, never from what it says of itself."""

    CPAS = 1
    ASSOCIATION_CHAPTER_XII = 2
    PARTNER = 3
    OTHER = 4


class Region(IntEnum):
    """The region of an organisation; NONE where a region means nothing, as for a federal partner."""

    NONE = 0
    FLANDERS = 1
    WALLONIA = 2
    BRUSSELS = 3


class ExecutedBy(IntEnum):
    """Who executes the control in the network (S19)."""

    BCSS = 1
    SMALS = 2
    SPP_IS = 3
    VDI = 4


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of the directory.

    `key` identifies it everywhere: its CBE number, or `sector/institution` where it has none. `institution` is None
    where the directory gives none; CPAS are sector 17, institution 1.
    """

    key: str
    kind: RequesterKind
    region: Region = Region.NONE
    sector: int = 0
    institution: int | None = None


@dataclass(frozen=True, slots=True)
class RequesterClass:
    """A class of organisations that a rule names; an empty field does not restrict.

    `regions` says where the organisation must lie: checked apart from the rest, because it has its own reason (S20b).
    """

    kind: RequesterKind
    sector: int | None = None
    institution: int | None = None
    regions: frozenset[Region] = frozenset()

    def includes(self, organisation: Organisation) -> bool:
        """Whether the organisation is of this class, its region left aside."""
        return (
            organisation.kind is self.kind
            and self.sector in (None, organisation.sector)
            and self.institution in (None, organisation.institution)
        )

    def admits_region(self, region: Region) -> bool:
        """Whether an organisation of this class may lie in `region`."""
        return not self.regions or region in self.regions
