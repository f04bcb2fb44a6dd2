"""Loading a folder of rulesets: every file is read, every mistake of every file is found, then a ruleset is handed out.

A folder holds `common.yaml`, `information_types.yaml`, `quality_codes.yaml` and one file for each chapter of a source
(`4_01_bcss.yaml`, `presentation_2_services.yaml`). It may hold `partners.yaml`, `inventory.yaml` and `users.yaml`.
Conformance cases stand beside their chapter (`4_01_bcss.cases.yaml`) and are read by `cases`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from rules_service.errors import InternalError, Mistake, Position, RuleAuthorError
from rules_service.identifiers import CPAS_SECTOR
from rules_service.load.building.catalogues import build_information_types, build_quality_codes
from rules_service.load.building.common import build_shared, right_ones
from rules_service.load.building.documents import build_inventory, build_users, cited_names
from rules_service.load.building.operations import OperationBuilder
from rules_service.load.building.partners import build_partners, build_sectors
from rules_service.load.building.shared import Shared
from rules_service.load.building.writing import build_writing
from rules_service.load.codes import Code
from rules_service.load.document import Node
from rules_service.load.findings import Findings
from rules_service.load.format_parts import modeline
from rules_service.load.lint import BuiltOperation, lint_code_count, lint_operation
from rules_service.load.reader import read_file
from rules_service.load.structure import check_structure
from rules_service.model import OperationGroup, Ruleset

CASES_SUFFIX: Final = ".cases.yaml"
_SHARED_FILES: Final = ("common", "quality_codes", "information_types")
_OPTIONAL_FILES: Final = ("partners", "inventory", "users")
_CHAPTER: Final = re.compile(r"([0-9]+_[0-9]+|presentation_[0-9]+)_[a-z0-9_]+\.yaml")

Part = TypeVar("Part")
Default = TypeVar("Default")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a folder: its tree, and what is wrong with it. The tree is empty where the file has none."""

    path: Path
    root: Node
    findings: Findings

    def build(self, otherwise: Default, builder: Callable[[Node, Findings], Part]) -> Part | Default:
        """What a builder makes of the tree; `otherwise` where it is wrong, which has been written down."""
        return self.findings.attempt_or(otherwise, lambda root: builder(root, self.findings), self.root)


def load_rulesets(folder: Path) -> Ruleset:
    """The ruleset of a folder.

    Raises:
        RuleAuthorError: at least one mistake was found; it lists all of them.
    """
    ruleset, mistakes = check_rulesets(folder)
    if ruleset is None:
        raise RuleAuthorError(mistakes)
    return ruleset


def check_rulesets(folder: Path) -> tuple[Ruleset | None, tuple[Mistake, ...]]:
    """The ruleset of a folder, None when it has a mistake; and every mistake, sorted by place."""
    if not folder.is_dir():
        return None, (missing_path(folder),)
    files = RulesetFolder(folder)
    ruleset = files.ruleset()
    mistakes = files.mistakes
    if not mistakes and files.is_incomplete:
        raise InternalError("a part of the rulesets was left out and no mistake says why")
    return (None if mistakes else ruleset), mistakes


def missing_path(path: Path) -> Mistake:
    """The mistake of a path that leads nowhere."""
    return Mistake(str(path), Position(), Code.MISSING_FILE.value, "", "is not there; give a folder of rulesets")


def read_source_file(path: Path, kind: str) -> SourceFile:
    """A file, read and checked against the schema of its kind."""
    findings = Findings(path.name)
    root = read_file(path, findings)
    if root is None:
        return _empty(path, findings)
    _check_modeline(path, kind, findings)
    check_structure(root, kind, findings)
    findings.settle()
    return SourceFile(path, root, findings)


def _read_optional(path: Path, kind: str) -> SourceFile:
    """A file that a folder may do without."""
    return read_source_file(path, kind) if path.exists() else _empty(path, Findings(path.name))


def _empty(path: Path, findings: Findings) -> SourceFile:
    return SourceFile(path, Node("", Position(1, 1), entries={}), findings)


def _check_modeline(path: Path, kind: str, findings: Findings) -> None:
    with path.open(encoding="utf-8-sig") as lines:
        first = lines.readline(1_000).rstrip()
    if first != modeline(kind):
        message = "the first line must name the schema, so that editors check the file"
        findings.add_at(Position(1, 1), "", Code.MISSING_SCHEMA_LINE, message, f"write `{modeline(kind)}`")


class RulesetFolder:
    """The files of a folder, each read once."""

    def __init__(self, folder: Path) -> None:
        """Reads every file; what is wrong with its structure has then been written down."""
        names = sorted(path.name for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
        self._common, self._codes, self._types = (
            read_source_file(folder / f"{name}.yaml", name) for name in _SHARED_FILES
        )
        self._partners, self._inventory, self._users = (
            _read_optional(folder / f"{name}.yaml", name) for name in _OPTIONAL_FILES
        )
        self._chapters = [read_source_file(folder / name, "chapter") for name in names if _CHAPTER.fullmatch(name)]
        catalogues = (self._codes, self._types, self._partners, self._inventory, self._users)
        self._files = (self._common, *catalogues, *self._chapters)
        self._stray = [name for name in names if not _expected(name)]

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Every mistake of every file."""
        stray = (_stray(name) for name in self._stray)
        return tuple(sorted([*(mistake for file in self._files for mistake in file.findings.mistakes), *stray]))

    @property
    def is_incomplete(self) -> bool:
        """Whether some part was given up: then there is a mistake, in this file or in one that it refers to."""
        return any(file.findings.count for file in self._files)

    @property
    def unreadable(self) -> tuple[Mistake, ...]:
        """The mistakes of files that have no tree at all."""
        return tuple(mistake for file in self._files if not file.root.entries for mistake in file.findings.mistakes)

    def ruleset(self) -> Ruleset:
        """The ruleset, to be handed out only when there is no mistake."""
        shared = self.shared()
        names = self._unique_names()
        names_and_groups = names | {name.string for _, node in self._nodes("groups") for name in _name_nodes(node)}
        codes = self._codes.build((), lambda root, findings: build_quality_codes(root, findings, shared))
        built = self._operations(shared, names)
        sectors = self._partners.build((), lambda root, findings: build_sectors(root, findings, shared))
        known_codes = {sector.number: [code.code for code in sector.quality_codes] for sector in sectors}
        if not self._codes.findings.count:
            known_codes[CPAS_SECTOR] = [code.code for code in codes]
        for each in built:
            lint_operation(each, known_codes)
        lint_code_count(built)
        return Ruleset(
            documents=shared.documents,
            vocabulary=shared.vocabulary,
            parameters=shared.parameters,
            quality_codes=codes,
            authorisations=right_ones(shared.authorisations),
            assumptions=right_ones(shared.assumptions),
            information_types=self._types.build(
                (), lambda root, findings: build_information_types(root, findings, shared)
            ),
            operations=tuple(each.operation for each in built),
            missions=right_ones(shared.missions),
            groups=self._groups(shared),
            sectors=sectors,
            partners=right_ones(shared.partners),
            inventory=self._inventory.build(
                (), lambda root, findings: build_inventory(root, findings, shared, names_and_groups)
            ),
            no_services=self._inventory.build(frozenset(), lambda root, _: frozenset(root.strings_of("no_services"))),
            users=self._users.build((), lambda root, findings: build_users(root, findings, shared, names_and_groups)),
            writing=self._codes.build(None, lambda root, findings: build_writing(root, findings, shared)),
        )

    def shared(self) -> Shared:
        """What `common.yaml` names for all chapters."""
        partners = self._partners.build({}, build_partners)
        return build_shared(self._common.root, self._common.findings, partners)

    def citations(self) -> Iterator[tuple[SourceFile, Node]]:
        """Every place where a rule cites its source, with its file."""
        for chapter, operation in self._nodes("operations"):
            for node in _parts(operation, "source"):
                yield chapter, node
        sectors = (
            code for sector in _parts(self._partners.root, "sectors") for code in _parts(sector, "quality_codes")
        )
        catalogued = (
            (self._codes, (*_parts(self._codes.root, "quality_codes"), *_writing_rules(self._codes.root))),
            (self._types, _parts(self._types.root, "information_types")),
            (self._partners, sectors),
            (self._users, _parts(self._users.root, "users")),
        )
        yield from ((file, node["source"]) for file, nodes in catalogued for node in nodes if "source" in node)
        yield from ((self._inventory, node) for node in cited_names(self._inventory.root))

    def _operations(self, shared: Shared, names: frozenset[str]) -> tuple[BuiltOperation, ...]:
        built = (
            _built(OperationBuilder(shared, names, chapter.findings), node)
            for chapter, node in self._nodes("operations")
        )
        return tuple(operation for operation in built if operation is not None)

    def _groups(self, shared: Shared) -> tuple[OperationGroup, ...]:
        names = {name.string for _, node in self._nodes("operations") for name in _name_nodes(node, with_aliases=False)}
        built = (
            chapter.findings.attempt(OperationBuilder(shared, names, chapter.findings).group, node)
            for chapter, node in self._nodes("groups")
        )
        return tuple(group for group in built if group is not None)

    def _nodes(self, key: str) -> Iterator[tuple[SourceFile, Node]]:
        """The entries of a list of every chapter, in source order."""
        for chapter in self._chapters:
            defaults = chapter.root.child("defaults") if key == "operations" else None
            for part in _parts(chapter.root, key):
                yield chapter, part if defaults is None else _with_defaults(part, defaults)

    def _unique_names(self) -> frozenset[str]:
        """The names and aliases of all operations; a name that stands for two things is a mistake."""
        places: dict[str, str] = {}
        for chapter in self._chapters:
            for node in (*_parts(chapter.root, "operations"), *_parts(chapter.root, "groups")):
                for name in _name_nodes(node):
                    if name.string in places:
                        message = f"the name `{name.string}` is taken: {places[name.string]}; a name means one thing"
                        chapter.findings.add(name, Code.DUPLICATE_NAME, message)
                    places.setdefault(name.string, f"{chapter.findings.file}, line {name.position.line}")
        return frozenset(name.string for _, node in self._nodes("operations") for name in _name_nodes(node))


def _parts(node: Node, key: str) -> tuple[Node, ...]:
    """The list under a key, empty where there is none."""
    found = node.child(key)
    return (found.parts or ()) if found is not None else ()


def _writing_rules(codes: Node) -> Iterable[Node]:
    """The rules of writing, which stand beside the quality codes, as far as they are there."""
    found = codes.child("writing")
    return found.entries.values() if found is not None and found.entries is not None else ()


def _with_defaults(operation: Node, defaults: Node) -> Node:
    """The operation with what its chapter says for all of them; what it says itself counts."""
    if operation.entries is None or defaults.entries is None:
        return operation
    return replace(
        operation,
        entries={**defaults.entries, **operation.entries},
        keys={**defaults.keys, **operation.keys},
    )


def _name_nodes(node: Node, *, with_aliases: bool = True) -> Iterator[Node]:
    """The places where an operation or a group says how it is called, as far as they are texts."""
    for part in (node, *(_parts(node, "aliases") if with_aliases else ())):
        name = part.child("name") if part.entries is not None else part
        if name is not None and isinstance(name.scalar, str):
            yield name


def _built(builder: OperationBuilder, node: Node) -> BuiltOperation | None:
    """An operation and whether it is right: a wrong one is not examined further."""
    before = builder.findings.count
    operation = builder.findings.attempt(builder.operation, node)
    if operation is None:
        return None
    return BuiltOperation(operation, node, builder.findings, is_right=builder.findings.count == before)


def _expected(name: str) -> bool:
    shared = name.removesuffix(".yaml") in (*_SHARED_FILES, *_OPTIONAL_FILES)
    return shared or name.endswith(CASES_SUFFIX) or _CHAPTER.fullmatch(name) is not None


def _stray(name: str) -> Mistake:
    message = "is neither a shared file nor a chapter, and would not be read"
    hint = "name a chapter like `4_07_pensions.yaml`, and its cases like `4_07_pensions.cases.yaml`"
    return Mistake(name, Position(), Code.UNEXPECTED_FILE.value, "", message, hint)
