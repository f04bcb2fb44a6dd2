"""What other files say about an operation: groups, names that the documents print, users of the data."""

from __future__ import annotations

from rules_service.model import DataUser, InventoryEntry, Operation, OperationGroup, Ruleset


def groups_of(operation: Operation, ruleset: Ruleset) -> tuple[str, ...]:
    """The names of groups that the operation is a part of."""
    names = _own_names(operation)
    return tuple(group.name for group in ruleset.groups if names & set(group.parts))


def mentions_of(found: Operation | OperationGroup, ruleset: Ruleset) -> tuple[InventoryEntry, ...]:
    """The names of the documents to which the operation or group answers, itself or by a group it is part of."""
    names = _all_names(found, ruleset)
    return tuple(entry for entry in ruleset.inventory if entry.operation in names)


def users_of(found: Operation | OperationGroup, ruleset: Ruleset) -> tuple[DataUser, ...]:
    """The users of the data of the CPAS that get them by the operation, or by a group it is part of."""
    names = _all_names(found, ruleset)
    return tuple(user for user in ruleset.users if names & set(user.operations))


def _all_names(found: Operation | OperationGroup, ruleset: Ruleset) -> set[str]:
    if isinstance(found, OperationGroup):
        return {found.name}
    return _own_names(found) | set(groups_of(found, ruleset))


def _own_names(operation: Operation) -> set[str]:
    return {operation.name, *(alias.name for alias in operation.aliases)}
