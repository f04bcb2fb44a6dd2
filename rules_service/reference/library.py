"""The ruleset, ready to be asked: operations by every name they have, their variants made ready once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from rules_service.errors import UnknownOperationError
from rules_service.model import InformationType, Operation, Ruleset
from rules_service.reference.alternatives import Alternative


@dataclass(frozen=True, slots=True)
class Library:
    """A ruleset with its indexes; `alternatives` holds the variants of each operation, in their order."""

    ruleset: Ruleset
    operations: Mapping[str, Operation]
    alternatives: Mapping[str, tuple[Alternative, ...]]
    groups: Mapping[str, tuple[str, ...]]
    information_types: Mapping[str, InformationType]

    @classmethod
    def of(cls, ruleset: Ruleset) -> Library:
        """The ruleset with its indexes."""
        return cls(
            ruleset=ruleset,
            operations={name: operation for operation in ruleset.operations for name in _names_of(operation)},
            alternatives={each.name: tuple(map(Alternative.of, each.variants)) for each in ruleset.operations},
            groups={group.name: group.parts for group in ruleset.groups},
            information_types={each.number: each for each in ruleset.information_types},
        )

    def operation(self, name: str) -> Operation:
        """The operation with this name or alias.

        Raises:
            UnknownOperationError: there is none, or the name stands for several; the error names those meant (S30).
        """
        if name in self.operations:
            return self.operations[name]
        if name in self.groups:
            parts = ", ".join(f"`{part}`" for part in self.groups[name])
            raise UnknownOperationError.of("operation", f"stands for several operations; name one of {parts}")
        close = get_close_matches(name, [*self.operations, *self.groups], n=1)
        hint = f"did you mean `{close[0]}`" if close else "look for it in the catalogue"
        raise UnknownOperationError.of("operation", f"is not known; {hint}")


def _names_of(operation: Operation) -> tuple[str, ...]:
    return operation.name, *(alias.name for alias in operation.aliases)
