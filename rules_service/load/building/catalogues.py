"""Quality codes and information types: two flat lists, each entry named once."""

from __future__ import annotations

from collections.abc import Callable, Collection

from rules_service.load.building.durations import build_duration, check_not_longer
from rules_service.load.building.shared import Shared, build_citation, build_label, member_of
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, did_you_mean
from rules_service.model import Citation, InformationType, Permission, QualityCode


def build_quality_codes(root: Node, findings: Findings, shared: Shared) -> tuple[QualityCode, ...]:
    """The quality codes of the CPAS sector (chapter 2)."""
    nodes = root["quality_codes"].items
    report_repeated(nodes, lambda node: str(node["code"].integer), "quality code", findings)
    return findings.those_that_build(lambda node: _quality_code(node, shared, findings), nodes)


def _quality_code(node: Node, shared: Shared, findings: Findings) -> QualityCode:
    maximum = _duration(node, "maximum_duration", findings)
    default_end = _duration(node, "default_end", findings)
    if default_end:
        check_not_longer(node["default_end"], maximum, findings)
    citation = _citation(node, shared, findings)
    return QualityCode(node["code"].integer, build_label(node["label"]), maximum, default_end, citation)


def _duration(node: Node, key: str, findings: Findings) -> str:
    """The duration under a key, empty where it is left out or wrong."""
    return findings.attempt_or("", lambda part: build_duration(part, findings), node[key]) if key in node else ""


def _citation(node: Node, shared: Shared, findings: Findings) -> Citation | None:
    """Where the entry stands in its source, None where it does not say."""
    if "source" not in node:
        return None
    return findings.attempt(lambda part: build_citation(part, shared.documents, findings), node["source"])


def build_information_types(root: Node, findings: Findings, shared: Shared) -> tuple[InformationType, ...]:
    """The information types of the national register (chapter 5)."""
    nodes = root["information_types"].items
    report_repeated(nodes, lambda node: node["number"].string, "information type", findings)
    return findings.those_that_build(lambda node: _information_type(node, shared, findings), nodes)


def _information_type(node: Node, shared: Shared, findings: Findings) -> InformationType:
    citation = _citation(node, shared, findings)
    known_roles: Collection[str] = shared.parameters.get("user_role", frozenset())
    for role in node.items_of("user_roles"):
        if known_roles and role.string not in known_roles:
            hint = did_you_mean(role.string, known_roles)
            findings.add(role, Code.UNKNOWN_NAME, f"`{role.string}` is no value of the parameter `user_role`", hint)
    return InformationType(
        number=node["number"].string,
        content=node["content"].string,
        legal_basis=node["legal_basis"].string,
        applicant=member_of(Permission, node["applicant"]),
        debtor=member_of(Permission, node["debtor"]),
        user_roles=frozenset(node.strings_of("user_roles")),
        legal_reference=node.string_of("legal_reference"),
        remark=node.string_of("remark"),
        citation=citation,
    )


def report_repeated(nodes: Collection[Node], name_of: Callable[[Node], str], what: str, findings: Findings) -> None:
    """Writes down every entry whose name an earlier entry of the list has already."""
    lines: dict[str, int] = {}
    for node in nodes:
        name = findings.attempt(name_of, node)
        if name is None:
            continue
        if name in lines:
            message = f"the {what} `{name}` stands in line {lines[name]} already; keep one"
            findings.add(node, Code.DUPLICATE_NAME, message)
        lines.setdefault(name, node.position.line)
