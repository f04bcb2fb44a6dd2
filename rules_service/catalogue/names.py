"""How the network calls a sector or an institution that a rule names by its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules_service.identifiers import CPAS_SECTOR
from rules_service.model import Ruleset, Text

_CPAS: Final = Text(fr="CPAS", nl="OCMW", de="ÖSHZ", en="CPAS")


@dataclass(frozen=True, slots=True)
class NetworkNames:
    """The names of sectors, and those of institutions by their two numbers; partners that share them share the name."""

    sectors: Mapping[int, Text]
    institutions: Mapping[tuple[int, int], str]

    @classmethod
    def of(cls, ruleset: Ruleset) -> NetworkNames:
        """The names that the rulesets give, and that of the sector of the CPAS."""
        institutions: dict[tuple[int, int], list[str]] = {}
        for each in ruleset.partners.values():
            institutions.setdefault((each.sector, each.institution), []).append(each.name)
        return cls(
            sectors={CPAS_SECTOR: _CPAS, **{each.number: each.label for each in ruleset.sectors}},
            institutions={numbers: ", ".join(names) for numbers, names in institutions.items()},
        )

    def name(self, sector: int, institution: int | None, language: str) -> str:
        """The name of the institution, or of the whole sector where none is given; empty where it has none."""
        if institution is not None:
            return self.partner(sector, institution)
        return self.sectors[sector].in_language(language) if sector in self.sectors else ""

    def partner(self, sector: int | None, institution: int | None) -> str:
        """The name of the partner with these two numbers; empty where there is none."""
        if sector is None or institution is None:
            return ""
        return self.institutions.get((sector, institution), "")
