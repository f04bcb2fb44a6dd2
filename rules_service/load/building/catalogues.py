"""Quality codes and information types: two flat lists, each entry named once."""

from __future__ import annotations

from collections.abc import Callable, Collection

from rules_service.algebra import WindowSyntaxError, parse_shift
from rules_service.errors import Position
from rules_service.load.building.shared import Shared, build_citation, build_label, member_of
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings, did_you_mean
from rules_service.model import InformationType, Permission, QualityCode

CALENDAR_YEAR = "calendar_year"


def build_quality_codes(root: Node, findings: Findings) -> tuple[QualityCode, ...]:
    """The quality codes of the CPAS sector (chapter 2)."""
    nodes = root["quality_codes"].items
    report_repeated(nodes, lambda node: str(node["code"].integer), "quality code", findings)
    return findings.those_that_build(lambda node: _quality_code(node, findings), nodes)


def _quality_code(node: Node, findings: Findings) -> QualityCode:
    if node.string_of("maximum_duration") not in ("", CALENDAR_YEAR):
        _check_shift(node["maximum_duration"], findings)
    return QualityCode(node["code"].integer, build_label(node["label"]), node.string_of("maximum_duration"))


def _check_shift(node: Node, findings: Findings) -> None:
    try:
        parse_shift(node.string)
    except WindowSyntaxError as error:
        column = node.first_column + error.column - 1 if node.first_column else node.position.column
        hint = did_you_mean(node.string, [CALENDAR_YEAR]) or error.suggestion
        place = Position(node.position.line, column)
        findings.add_at(place, node.path, Code.WINDOW_SYNTAX, error.message, hint)


def build_information_types(root: Node, findings: Findings, shared: Shared) -> tuple[InformationType, ...]:
    """The information types of the national register (chapter 5)."""
    nodes = root["information_types"].items
    report_repeated(nodes, lambda node: node["number"].string, "information type", findings)
    return findings.those_that_build(lambda node: _information_type(node, shared, findings), nodes)


def _information_type(node: Node, shared: Shared, findings: Findings) -> InformationType:
    citation = None
    if "source" in node:
        citation = findings.attempt(lambda part: build_citation(part, shared.documents, findings), node["source"])
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
