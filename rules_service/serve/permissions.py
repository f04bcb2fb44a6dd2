"""What a caller may do beyond asking for decisions of today on the register."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from enum import Enum

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.errors import FieldViolation, PermissionMissingError


class Permission(Enum):
    """A permission, by the name that `GetServerInfo` and `--permission` use."""

    AS_OF = "as-of"
    """To state a system date of one's own."""
    INLINE_FACTS = "inline-facts"
    """To bring the facts along, for tests and simulations."""
    RECIPIENTS = "recipients"
    """To list who must receive a mutation, which tells who knows a person."""
    REGISTER_WRITE = "register-write"
    """To integrate, remove and replace numbers: each write is decided by the rules as well."""
    IMPORT = "import"
    """To bring rows into the register as they are, without a decision."""
    WATCH = "watch"
    """To follow every change of the register, which tells who knows whom."""


ALL_PERMISSIONS = frozenset(Permission)


def permissions_at(host: str) -> frozenset[Permission]:
    """What callers may do by default: everything on a loopback address, where they are local; else nothing."""
    return ALL_PERMISSIONS if is_loopback(host) else frozenset()


def is_loopback(host: str) -> bool:
    """Whether the address can only be reached from this machine; a name other than `localhost` counts as not."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_method(method: str, permission: Permission, held: frozenset[Permission]) -> None:
    """Refuse a call of a method that needs a permission which is not held.

    Raises:
        PermissionMissingError: names the permission and the method that needs it.
    """
    if permission not in held:
        raise PermissionMissingError(
            f"`{method}` needs the permission `{permission.value}`; ask the operator for it",
            metadata={"permission": permission.value, "method": method},
        )


def check_permissions(
    message: pb.DecideRequest | pb.ListRecipientsRequest, held: frozenset[Permission], path: str = ""
) -> None:
    """Refuse a request that needs a permission which is not held; `path` leads to the request in its message.

    Raises:
        PermissionMissingError: names the permission and the field that needs it.
    """
    for permission, field in _needed(message):
        check_field(f"{path}{field}", permission, held)


def check_field(field: str, permission: Permission, held: frozenset[Permission]) -> None:
    """Refuse a field, by its path in the message, that needs a permission which is not held.

    Raises:
        PermissionMissingError: names the permission and the field.
    """
    if permission not in held:
        raise PermissionMissingError(
            f"`{field}` needs the permission `{permission.value}`; leave it out or ask the operator for it",
            violations=(FieldViolation(field, f"needs the permission `{permission.value}`"),),
            metadata={"permission": permission.value, "field": field},
        )


def _needed(message: pb.DecideRequest | pb.ListRecipientsRequest) -> Iterator[tuple[Permission, str]]:
    if message.system_date:
        yield Permission.AS_OF, "system_date"
    if isinstance(message, pb.DecideRequest) and message.facts == pb.FACTS_SOURCE_INLINE:
        yield Permission.INLINE_FACTS, "facts"
