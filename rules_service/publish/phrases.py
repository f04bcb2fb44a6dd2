"""One line for one thing of the catalogue: a class of requesters, a place in a source, a code, an authorisation."""

from __future__ import annotations

from rules_service.catalogue import NetworkNames, SectorCode
from rules_service.identifiers import CPAS_SECTOR
from rules_service.identifiers.parties import RequesterClass
from rules_service.model import Alias, Authorisation, Citation, InventoryEntry, OperationStatus
from rules_service.publish.terms import REGIONS, RELATIONS, REQUESTER_KINDS, STATES
from rules_service.publish.words import Word


def requester_text(each: RequesterClass, names: NetworkNames, language: str) -> str:
    """A class of requesters, such as `partner 40/21 (KBI Inburgering)` or `CPAS (Flanders)`."""
    numbers = "" if each.sector is None else f" {each.sector}"
    numbers += "" if each.institution is None else f"/{each.institution}"
    name = "" if each.sector is None else names.name(each.sector, each.institution, language)
    regions = [REGIONS[region].in_language(language) for region in sorted(each.regions)]
    beside = [*([name] if name else []), *regions]
    kind = REQUESTER_KINDS[each.kind].in_language(language)
    return f"{kind}{numbers} ({', '.join(beside)})" if beside else f"{kind}{numbers}"


def alias_text(alias: Alias, language: str) -> str:
    """Another name, with its state where that is not the usual one."""
    if alias.status is OperationStatus.IN_PRODUCTION:
        return alias.name
    return f"{alias.name} ({STATES[alias.status].in_language(language)})"


def place_text(citation: Citation, language: str) -> str:
    """Lines of a source, such as `authorisations 4.7, lines 1351-1402`."""
    lines = ", ".join(map(str, citation.lines))
    word = Word.LINE if lines.isdecimal() else Word.LINES
    return f"{citation.document} {citation.section}, {word.in_language(language)} {lines}"


def mention_text(entry: InventoryEntry, language: str) -> str:
    """A name that a document prints, what it is to the operation, and where."""
    relation = RELATIONS[entry.relation].in_language(language)
    return f"{entry.name}: {relation}; {place_text(entry.citation, language)}"


def authorisation_text(each: Authorisation, language: str) -> str:
    """A reference with its committee, its date as an ISO date or as printed, and the columns that it covers."""
    printed = f"{Word.PRINTED.in_language(language)} {each.printed_date}" if each.printed_date else ""
    facts = [each.committee, each.date, printed, " ".join(sorted(each.covers))]
    return f"{each.reference}: {', '.join(fact for fact in facts if fact)}"


def code_text(each: SectorCode, language: str) -> str:
    """A quality code with its label; those of another sector than the CPAS's say which."""
    sector = "" if each.sector == CPAS_SECTOR else f" ({Word.SECTOR.in_language(language)} {each.sector})"
    return f"{each.code:03d}{sector}  {each.label.in_language(language)}"
