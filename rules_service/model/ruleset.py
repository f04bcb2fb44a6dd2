"""Everything that rule authors write, together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rules_service.algebra import NameKind
from rules_service.model.documents import DataUser, InventoryEntry
from rules_service.model.operation import Operation, OperationGroup
from rules_service.model.partners import Partner, Sector
from rules_service.model.source import Authorisation, Citation, Text
from rules_service.model.writing import WritingRules


@dataclass(frozen=True, slots=True)
class QualityCode:
    """A quality code of the CPAS sector: its label and how long it may last (chapter 2).

    `maximum_duration` is a shift such as `+ 2 months`, `calendar_year`, or empty where there is no maximum. An end that
    is not given becomes the maximum, or `default_end`, written in the same way, where that is not empty (S24).
    """

    code: int
    label: Text
    maximum_duration: str = ""
    default_end: str = ""
    citation: Citation | None = None


class Permission(Enum):
    """Whether an information type may be given; a blank of the source stays unknown and allows nothing."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InformationType:
    """A national-register information type of chapter 5 and for whom it may be given.

    `user_roles` is empty, or the only values of the parameter `user_role` under which it may be given (S30b).
    """

    number: str
    content: str
    legal_basis: str
    applicant: Permission
    debtor: Permission
    user_roles: frozenset[str] = frozenset()
    legal_reference: str = ""
    remark: str = ""
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """A reading chosen where the source leaves something open: what, why, and who must confirm it."""

    name: str
    statement: Text
    reason: str
    to_be_confirmed_by: str


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All operations with what they share. Operations stand in source order.

    `documents` maps the key of a source document to its file name; `vocabulary` names every period and date that
    conditions may use; `parameters` maps each known parameter to its values (empty where any text is a value);
    `missions` are the tasks by law that the data serve, each under a short name. `inventory` lists the names that the
    documents print, and `no_services` the words among them that only look like one. `writing` is None where the
    rulesets say nothing of writing to the register: then they serve for decisions alone.
    """

    documents: Mapping[str, str]
    vocabulary: Mapping[str, NameKind]
    parameters: Mapping[str, frozenset[str]]
    quality_codes: tuple[QualityCode, ...]
    authorisations: Mapping[str, Authorisation]
    assumptions: Mapping[str, Assumption]
    information_types: tuple[InformationType, ...]
    operations: tuple[Operation, ...]
    missions: Mapping[str, Text] = field(default_factory=dict)
    groups: tuple[OperationGroup, ...] = ()
    sectors: tuple[Sector, ...] = ()
    partners: Mapping[str, Partner] = field(default_factory=dict)
    inventory: tuple[InventoryEntry, ...] = ()
    no_services: frozenset[str] = frozenset()
    users: tuple[DataUser, ...] = ()
    writing: WritingRules | None = None
