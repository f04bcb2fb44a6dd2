"""Whose integrations count, under which codes, in which register (S12-S14)."""

from __future__ import annotations

from rules_service.identifiers.parties import Region, RequesterClass, RequesterKind
from rules_service.load.building.expressions import build_extension
from rules_service.load.building.shared import Shared, looked_up, member_of
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, UnbuildableError
from rules_service.model import Register, Selector, Whose


def build_integrations(node: Node, shared: Shared, findings: Findings) -> Selector:
    """The selector that a value names, or is."""
    if node.entries is None:
        return looked_up(node, shared.selectors, "selector", findings)
    return build_selector(node, shared, findings)


def build_selector(node: Node, shared: Shared, findings: Findings) -> Selector:
    """A selector written out."""
    whose, sector, institution = _whose(node["of"], shared, findings)
    return Selector(
        whose=whose,
        codes=build_codes(node["codes"], findings),
        register=member_of(Register, node["register"]) if "register" in node else Register.PRIMARY,
        sector=sector,
        institution=institution,
        extend_begin=build_extension(node["extended"], findings) if "extended" in node else None,
    )


def _whose(node: Node, shared: Shared, findings: Findings) -> tuple[Whose, int | None, int | None]:
    if node.entries is None:
        return member_of(Whose, node), None, None
    if "partner" in node:
        partner = looked_up(node["partner"], shared.partners, "partner", findings)
        return Whose.INSTITUTION, partner.sector, partner.institution
    sector, institution = node["sector"].integer, node.integer_of("institution")
    return (Whose.SECTOR if institution is None else Whose.INSTITUTION), sector, institution


def build_codes(node: Node, findings: Findings) -> frozenset[int] | None:
    """The quality codes of a list of codes and ranges, None for `any` (S13)."""
    if node.scalar == "any":
        return None
    ranges = findings.every(lambda part: _code_range(part, findings), node.items)
    return frozenset(code for codes in ranges for code in codes)


def _code_range(node: Node, findings: Findings) -> range:
    first, _, last = node.written.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal()):
        raise UnbuildableError  # the schema has said so
    low, high = int(first), int(last or first)
    if high > 999:
        raise UnbuildableError  # the schema has said so
    if high < low:
        findings.fail(node, Code.INVERTED_RANGE, f"`{first}-{last}` ends before it begins; write {high}-{low}")
    return range(low, high + 1)


def build_requesters(node: Node, shared: Shared, findings: Findings) -> tuple[RequesterClass, ...]:
    """The list of requester classes that a value names, or is (S15)."""
    if node.parts is None:
        return looked_up(node, shared.requesters, "list of requesters", findings)
    return findings.every(lambda part: build_requester_class(part, shared, findings), node.items)


def build_requester_class(node: Node, shared: Shared, findings: Findings) -> RequesterClass:
    """One class of requesters, or one partner by its name."""
    regions = frozenset(member_of(Region, region) for region in node.items_of("regions"))
    if "partner" in node:
        partner = looked_up(node["partner"], shared.partners, "partner", findings)
        return RequesterClass(RequesterKind.PARTNER, partner.sector, partner.institution, regions)
    kind = member_of(RequesterKind, node["kind"])
    return RequesterClass(kind, node.integer_of("sector"), node.integer_of("institution"), regions)
