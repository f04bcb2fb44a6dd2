"""`common.yaml`: the names that all chapters share, each checked where it is defined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from rules_service.algebra import InvalidDayError, NameKind, Window, parse_day
from rules_service.decision import SYSTEM_DATE
from rules_service.load.building.conditions import ConditionBuilder
from rules_service.load.building.expressions import build_window
from rules_service.load.building.selectors import build_requesters, build_selector
from rules_service.load.building.shared import Shared, build_text
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings
from rules_service.model import Assumption, Authorisation, Control, Partner

Part = TypeVar("Part")


def build_shared(root: Node, findings: Findings, partners: Mapping[str, Partner | None]) -> Shared:
    """Everything of `common.yaml` that is right, beside the partners; the rest has been written down."""
    builder = _CommonBuilder(root, findings)
    vocabulary = findings.attempt(builder.vocabulary, root) or {}
    words = Shared(vocabulary=vocabulary, partners=partners)
    shared = Shared(
        documents=right_ones(builder.entries("documents", lambda _, node: node.string)),
        vocabulary=vocabulary,
        parameters=right_ones(builder.entries("parameters", _parameter)),
        partners=partners,
        missions=builder.entries("missions", lambda _, node: build_text(node)),
        wordings=builder.entries("wordings", lambda _, node: build_text(node)),
        windows=builder.entries("windows", lambda name, node: builder.window(name, node, words)),
        selectors=builder.entries("selectors", lambda _, node: build_selector(node, words, findings)),
        requesters=builder.entries("requesters", lambda _, node: build_requesters(node, words, findings)),
        authorisations=builder.entries("authorisations", builder.authorisation),
        assumptions=builder.entries("assumptions", _assumption),
    )
    conditions = ConditionBuilder(shared, findings)
    return replace(
        shared, conditions=builder.entries("conditions", lambda _, node: Control(conditions.build(node, None)))
    )


def right_ones(entries: Mapping[str, Part | None]) -> Mapping[str, Part]:
    """The entries whose value is right."""
    return {name: value for name, value in entries.items() if value is not None}


class _CommonBuilder:
    """Builds the sections of one `common.yaml`."""

    def __init__(self, root: Node, findings: Findings) -> None:
        self._root = root
        self._findings = findings

    def entries(self, section: str, build: Callable[[str, Node], Part]) -> Mapping[str, Part | None]:
        """What each name of a section stands for; None where that is wrong."""
        node = self._root.child(section)
        entries = node.entries if node is not None else None
        return {name: self._entry(name, value, build) for name, value in (entries or {}).items()}

    def _entry(self, name: str, value: Node, build: Callable[[str, Node], Part]) -> Part | None:
        return self._findings.attempt(lambda node: build(name, node), value)

    def vocabulary(self, root: Node) -> Mapping[str, NameKind]:
        """The periods and dates, no name being both; `system_date` is one of the dates."""
        words: dict[str, NameKind] = {}
        for key, kind in (("periods", NameKind.PERIOD), ("dates", NameKind.DATE)):
            for node in root["vocabulary"].items_of(key):
                if words.setdefault(node.string, kind) is not kind:
                    message = f"`{node.string}` is a period already; a name has one meaning"
                    self._findings.add(node, Code.DUPLICATE_NAME, message)
        if words.get(SYSTEM_DATE) is not NameKind.DATE:
            message = f"every request has a `{SYSTEM_DATE}`; add it to the dates"
            self._findings.add(root["vocabulary"], Code.UNKNOWN_NAME, message)
        return words

    def window(self, name: str, node: Node, words: Shared) -> Window:
        """A window under a name that means nothing else."""
        if name in words.vocabulary:
            message = f"`{name}` is a {words.vocabulary[name].value} of the vocabulary already; choose another name"
            self._findings.fail(node, Code.DUPLICATE_NAME, message)
        return build_window(node, words, self._findings)

    def authorisation(self, reference: str, node: Node) -> Authorisation:
        """A deliberation or text of law; its date, where there is one, is a day of the calendar."""
        if "date" in node:
            try:
                parse_day(node["date"].string)
            except InvalidDayError as error:
                self._findings.add(node["date"], Code.WRONG_DATE, str(error))
        return Authorisation(
            reference=reference,
            committee=node.string_of("committee"),
            date=node.string_of("date"),
            printed_date=node.string_of("printed_date"),
            covers=frozenset(node.strings_of("covers")),
        )


def _parameter(_: str, node: Node) -> frozenset[str]:
    return frozenset(value.string for value in node.items)


def _assumption(name: str, node: Node) -> Assumption:
    return Assumption(
        name=name,
        statement=build_text(node["statement"]),
        reason=" ".join(node["reason"].string.split()),
        to_be_confirmed_by=node["to_be_confirmed_by"].string,
    )
