"""What must hold: windows of days, selectors of integrations, and the nodes that combine them.

A leaf says: the days of the selected integrations stand in some relation to the days of a window. Nothing else is
ever asked of the register, so that each leaf can become one row of a flat table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from rules_service.algebra import Shift, Window


class Whose(Enum):
    """Whose integrations count (S12)."""

    REQUESTER = "requester"
    """Those of the requesting organisation itself, in its own sector."""
    REQUESTER_SECTOR = "requester_sector"
    """Those of any organisation of the requester's sector (A10)."""
    SECTOR = "sector"
    """Those of any organisation of a named sector, such as any CPAS (17)."""
    INSTITUTION = "institution"
    """Those of one named institution of a sector, such as VDI (40/0)."""


class Register(Enum):
    """Which register must show it (S14): BCSS/KSZ, the sectoral one of SPP IS, or each of the two on its own."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    BOTH = "both"


class UnionScope(Enum):
    """Which integrations may cover a window together (S9)."""

    ANY_CODE = "any_code"
    ONE_CODE = "one_code"
    ONE_INTEGRATION = "one_integration"


@dataclass(frozen=True, slots=True)
class Selector:
    """Which integrations of the person count for a leaf.

    `sector` is set for SECTOR and INSTITUTION, `institution` for INSTITUTION. `codes` is None for "any code", which
    never includes 0, 902 and 999 (S13). `extend_begin` moves the begin of every integration first (S9).
    """

    whose: Whose
    codes: frozenset[int] | None
    register: Register = Register.PRIMARY
    sector: int | None = None
    institution: int | None = None
    extend_begin: Shift | None = None

    def __post_init__(self) -> None:
        named_sector = self.whose in (Whose.SECTOR, Whose.INSTITUTION)
        if (self.sector is not None) != named_sector:
            raise ValueError("a selector names a sector exactly when it is about a sector or an institution")
        if (self.institution is not None) != (self.whose is Whose.INSTITUTION):
            raise ValueError("a selector names an institution exactly when it is about one")
        if self.codes is not None and not self.codes:
            raise ValueError("a selector without any quality code can never hold")

    @property
    def is_own(self) -> bool:
        """Whether only the requester's own integrations count: these may be shown, and a stated code narrows them."""
        return self.whose is Whose.REQUESTER


@dataclass(frozen=True, slots=True)
class Overlaps:
    """At least one day in common with the window (S8); with a window of one day: holds on that day (S10)."""

    window: Window
    selector: Selector


@dataclass(frozen=True, slots=True)
class Covers:
    """Every day of the window lies in the union of the selected integrations (S9)."""

    window: Window
    selector: Selector
    union: UnionScope = UnionScope.ANY_CODE


@dataclass(frozen=True, slots=True)
class TotalDays:
    """At least `at_least` days of the window lie in the union of the selected integrations, each counted once (S11)."""

    window: Window
    selector: Selector
    at_least: int

    def __post_init__(self) -> None:
        if self.at_least < 1:
            raise ValueError("a number of days to reach is at least 1")


@dataclass(frozen=True, slots=True)
class PeriodsOverlap:
    """Two periods of the request itself share a day; no integration is looked at (A12)."""

    window: Window
    other: Window


Leaf = Overlaps | Covers | TotalDays | PeriodsOverlap


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("an empty `all` would hold for everybody")


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("an empty `any` would hold for nobody")


Condition = Leaf | AllOf | AnyOf


def leaves(condition: Condition) -> Iterator[Leaf]:
    """The leaves of a condition, from left to right."""
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from leaves(part)
    else:
        yield condition
