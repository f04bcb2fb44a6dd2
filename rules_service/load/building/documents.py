"""`inventory.yaml` and `users.yaml`: what the source documents name, held against the names of the rulesets."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from rules_service.load.building.shared import (
    Shared,
    build_citation,
    build_text,
    check_known,
    known_names,
    member_of,
)
from rules_service.load.document import Node
from rules_service.load.findings import Findings
from rules_service.model import DataUser, InventoryEntry, Relation


def cited_names(root: Node) -> Iterator[Node]:
    """Each name of an inventory as a citation: with the document and the section that stand above it."""
    for section in _parts(root, "inventory"):
        for entry in _parts(section, "names"):
            yield _with_place(entry, section)


def build_inventory(
    root: Node, findings: Findings, shared: Shared, names: Collection[str]
) -> tuple[InventoryEntry, ...]:
    """The names that the documents print, in the order of the file; `names` are those of operations and groups."""
    return findings.those_that_build(lambda node: _entry(node, findings, shared, names), tuple(cited_names(root)))


def _entry(node: Node, findings: Findings, shared: Shared, names: Collection[str]) -> InventoryEntry:
    relation = member_of(Relation, node["relation"])
    named = ("operation",) if relation is Relation.UNNAMED else ("operation", "name")
    for key in named:
        findings.attempt(lambda name: check_known(name, names, "operation or group", findings), node[key])
    citation = build_citation(node, shared.documents, findings)
    return InventoryEntry(node["name"].string, node["operation"].string, relation, citation)


def build_users(root: Node, findings: Findings, shared: Shared, names: Collection[str]) -> tuple[DataUser, ...]:
    """The users of the data of the CPAS, in the order of the file."""
    return findings.those_that_build(lambda node: _user(node, findings, shared, names), root.items_of("users"))


def _user(node: Node, findings: Findings, shared: Shared, names: Collection[str]) -> DataUser:
    if "partner" in node:
        findings.attempt(lambda name: check_known(name, shared.partners, "partner", findings), node["partner"])
    operations = known_names(node.items_of("operations"), names, "operation", findings)
    return DataUser(
        name=node["name"].string,
        purpose=build_text(node["purpose"]),
        operations=operations,
        citation=build_citation(node["source"], shared.documents, findings),
        partner=node.string_of("partner"),
        remark=" ".join(node.string_of("remark").split()),
    )


def _with_place(entry: Node, section: Node) -> Node:
    if entry.entries is None or section.entries is None:
        return entry
    above = {key: section[key] for key in ("document", "section") if key in section}
    return replace(entry, entries={**above, **entry.entries})


def _parts(node: Node, key: str) -> tuple[Node, ...]:
    found = node.child(key)
    return (found.parts or ()) if found is not None else ()
