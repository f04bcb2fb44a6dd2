"""What the source documents name, and which entry of the rulesets answers to each name.

The inventory is made from the documents and not from the rules, so that one can be held against the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from rules_service.model.source import Citation, Text


class Relation(Enum):
    """What a name of a document is to the operation that answers to it."""

    SAME_SERVICE = "same_service"
    OTHER_SPELLING = "other_spelling"
    PREDECESSOR = "predecessor"
    SUCCESSOR = "successor"
    PART = "part"
    GROUP = "group"
    ANNOUNCED = "announced"
    UNNAMED = "unnamed"
    """The document describes a service without naming it; the name is ours."""


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """A name as a document prints it, where, and the operation or group that answers to it."""

    name: str
    operation: str
    relation: Relation
    citation: Citation


@dataclass(frozen=True, slots=True)
class DataUser:
    """A user of the data of the CPAS (presentation, section 5): what for, and by which operations.

    `partner` is a name of the partners, or empty; `operations` is empty where no document says by which service.
    """

    name: str
    purpose: Text
    operations: tuple[str, ...]
    citation: Citation
    partner: str = ""
    remark: str = ""
