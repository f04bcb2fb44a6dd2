"""Quality codes with the sectors they belong to: one number means something else in another sector (S13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules_service.catalogue.traits import selectors_of
from rules_service.errors import InvalidRequestError
from rules_service.identifiers import CPAS_SECTOR, NOT_SIGNIFICANT
from rules_service.identifiers.parties import RequesterKind
from rules_service.model import Citation, Operation, Ruleset, Selector, Text, Variant

KnownCodes = Mapping[int, frozenset[int]]
"""The quality codes of each sector that lists any."""

_CPAS_KINDS = (RequesterKind.CPAS, RequesterKind.ASSOCIATION_CHAPTER_XII)


@dataclass(frozen=True, slots=True)
class SectorCode:
    """A quality code of a sector.

    Only those of the CPAS have a maximum duration, and what an end becomes that is not given, where it is not that.
    """

    sector: int
    code: int
    label: Text
    maximum_duration: str = ""
    default_end: str = ""
    citation: Citation | None = None


def quality_codes(ruleset: Ruleset, sector: int | None = None) -> tuple[SectorCode, ...]:
    """The quality codes of every sector, or of one: those of the CPAS first, then by sector and code.

    Raises:
        InvalidRequestError: the rulesets do not know the sector.
    """
    known = [CPAS_SECTOR, *sorted(each.number for each in ruleset.sectors)]
    if sector is not None and sector not in known:
        listed = ", ".join(map(str, sorted(known)))
        raise InvalidRequestError.of("sector", f"{sector} is no sector that the rulesets name; they name {listed}")
    of_cpas = (
        SectorCode(CPAS_SECTOR, each.code, each.label, each.maximum_duration, each.default_end, each.citation)
        for each in ruleset.quality_codes
    )
    of_partners = (
        SectorCode(each.number, code.code, code.label, citation=code.citation)
        for each in ruleset.sectors
        for code in each.quality_codes
    )
    found = sorted([*of_cpas, *of_partners], key=lambda each: (known.index(each.sector), each.code))
    return tuple(each for each in found if sector in (None, each.sector))


def known_codes(ruleset: Ruleset) -> KnownCodes:
    """The quality codes of each sector, by its number."""
    found: dict[int, set[int]] = {}
    for each in quality_codes(ruleset):
        found.setdefault(each.sector, set()).add(each.code)
    return {sector: frozenset(codes) for sector, codes in found.items()}


def permits(operation: Operation, code: int, known: KnownCodes) -> bool:
    """Whether some control of the operation counts integrations under the code.

    "Any code" takes the codes of the sectors whose integrations it looks at, but for 0, 902 and 999 (S13).
    """
    return any(_takes(variant, selector, operation, code, known) for variant, selector in selectors_of(operation))


def named_codes(operation: Operation) -> frozenset[int]:
    """The quality codes that the controls of the operation name."""
    return frozenset(code for _, selector in selectors_of(operation) for code in selector.codes or ())


def takes_any_code(operation: Operation) -> bool:
    """Whether some control counts integrations under any code."""
    return any(selector.codes is None for _, selector in selectors_of(operation))


def labelled_codes(operation: Operation, ruleset: Ruleset) -> tuple[SectorCode, ...]:
    """The quality codes that the controls of the operation name, each in the sectors where they look for it."""
    wanted: set[tuple[int, int]] = set()
    listed = quality_codes(ruleset)
    for variant, selector in selectors_of(operation):
        sectors = _sectors(variant, selector, operation, frozenset(each.sector for each in listed))
        wanted |= {(sector, code) for sector in sectors for code in selector.codes or ()}
    return tuple(each for each in listed if (each.sector, each.code) in wanted)


def _takes(variant: Variant, selector: Selector, operation: Operation, code: int, known: KnownCodes) -> bool:
    if selector.codes is not None:
        return code in selector.codes
    sectors = _sectors(variant, selector, operation, frozenset(known))
    return code not in NOT_SIGNIFICANT and any(code in known.get(sector, ()) for sector in sectors)


def _sectors(variant: Variant, selector: Selector, operation: Operation, all_sectors: frozenset[int]) -> frozenset[int]:
    """The sectors whose integrations the selector looks at: where those of the requester count, it decides."""
    if selector.sector is not None:
        return frozenset({selector.sector})
    requesters = variant.guard.requesters or operation.requesters
    sectors = {CPAS_SECTOR if each.kind in _CPAS_KINDS else each.sector for each in requesters}
    return all_sectors if None in sectors else frozenset(each for each in sectors if each is not None)
