"""The partners of the network that rules name: who they are, and their quality codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rules_service.model.source import Citation, Text


class Identity(Enum):
    """How sure the sector and the institution of a partner are."""

    OFFICIAL = "official"
    """The network's own list of sectors gives them."""
    ASSUMED = "assumed"
    """No list names the partner as the source does; the number is an assumption to confirm (A13)."""


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner, under the name by which rules speak of it: an institution of a sector (S12)."""

    name: str
    sector: int
    institution: int
    identity: Identity


@dataclass(frozen=True, slots=True)
class PartnerCode:
    """A quality code of a partner's sector that some rule names (S13)."""

    code: int
    label: Text
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector other than that of the CPAS, with those of its quality codes that rules name."""

    number: int
    label: Text
    quality_codes: tuple[PartnerCode, ...] = ()
