"""`partners.yaml`: the partners that rules name, and the sectors whose quality codes rules name."""

from __future__ import annotations

from collections.abc import Mapping

from rules_service.load.building.catalogues import report_repeated
from rules_service.load.building.shared import Shared, build_citation, build_label, member_of
from rules_service.load.document import Node
from rules_service.load.findings import Findings
from rules_service.model import Identity, Partner, PartnerCode, Sector


def build_partners(root: Node, findings: Findings) -> Mapping[str, Partner | None]:
    """The partners by their names; None where one is wrong."""
    nodes = root.items_of("partners")
    report_repeated(nodes, lambda node: node["name"].string, "partner", findings)
    return {node["name"].string: findings.attempt(_partner, node) for node in nodes}


def _partner(node: Node) -> Partner:
    return Partner(
        name=node["name"].string,
        sector=node["sector"].integer,
        institution=node["institution"].integer,
        identity=member_of(Identity, node["identity"]),
    )


def build_sectors(root: Node, findings: Findings, shared: Shared) -> tuple[Sector, ...]:
    """The sectors in the order of the file."""
    nodes = root.items_of("sectors")
    report_repeated(nodes, lambda node: str(node["sector"].integer), "sector", findings)
    return findings.those_that_build(lambda node: _sector(node, findings, shared), nodes)


def _sector(node: Node, findings: Findings, shared: Shared) -> Sector:
    codes = node.items_of("quality_codes")
    report_repeated(codes, lambda code: str(code["code"].integer), "quality code", findings)
    built = findings.every(lambda code: _code(code, findings, shared), codes)
    return Sector(node["sector"].integer, build_label(node["label"]), built)


def _code(node: Node, findings: Findings, shared: Shared) -> PartnerCode:
    citation = None
    if "source" in node:
        citation = build_citation(node["source"], shared.documents, findings)
    return PartnerCode(node["code"].integer, build_label(node["label"]), citation)
