"""Permissions, limits and pages: what a caller may ask, and how much at once."""

from __future__ import annotations

import pytest

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.errors import InvalidRequestError, LimitExceededError, PermissionMissingError
from rules_service.serve.limits import Limits
from rules_service.serve.pages import Page, page_of
from rules_service.serve.permissions import (
    ALL_PERMISSIONS,
    Permission,
    check_method,
    check_permissions,
    permissions_at,
)
from tests.serve.world import inline, request


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
def test_callers_on_a_loopback_address_hold_every_permission(host: str) -> None:
    assert permissions_at(host) == ALL_PERMISSIONS


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "rules.example", "", "127.0.0.1.example"])  # noqa: S104
def test_callers_on_any_other_address_hold_none(host: str) -> None:
    assert permissions_at(host) == frozenset()


def dated() -> pb.DecideRequest:
    message = request()
    message.system_date = "2026-01-01"
    return message


@pytest.mark.parametrize(
    ("message", "permission", "field"),
    [(dated(), Permission.AS_OF, "system_date"), (inline(request()), Permission.INLINE_FACTS, "facts")],
)
def test_a_field_that_needs_a_permission(message: pb.DecideRequest, permission: Permission, field: str) -> None:
    check_permissions(message, frozenset({permission}))
    with pytest.raises(PermissionMissingError) as caught:
        check_permissions(message, ALL_PERMISSIONS - {permission}, "requests[3].")
    assert caught.value.metadata == {"permission": permission.value, "field": f"requests[3].{field}"}


def test_a_plain_request_needs_no_permission() -> None:
    check_permissions(request(), frozenset())


def test_a_method_that_needs_a_permission() -> None:
    check_method("ListRecipients", Permission.RECIPIENTS, frozenset({Permission.RECIPIENTS}))
    with pytest.raises(PermissionMissingError) as caught:
        check_method("ListRecipients", Permission.RECIPIENTS, ALL_PERMISSIONS - {Permission.RECIPIENTS})
    assert caught.value.metadata == {"permission": "recipients", "method": "ListRecipients"}


def test_limits_are_reached_but_not_passed() -> None:
    limits = Limits(max_batch_size=3, max_message_bytes=10)
    limits.check_count(3)
    limits.check_bytes(10)
    with pytest.raises(LimitExceededError) as too_many:
        limits.check_count(4)
    with pytest.raises(LimitExceededError):
        limits.check_bytes(11)
    assert too_many.value.metadata == {"limit": "max_batch_size", "allowed": "3", "given": "4"}


def test_pages_follow_each_other_to_the_end() -> None:
    token, seen = "", []
    while True:
        found = page_of(Page(4, token, "list"), 10)
        seen.append((found.first, found.end))
        token = found.next_token
        if not token:
            break
    assert seen == [(0, 4), (4, 8), (8, 10)]


def test_size_0_is_the_largest_page() -> None:
    found = page_of(Page(0, "", "list"), 1_500)
    assert (found.first, found.end) == (0, 1_000)


@pytest.mark.parametrize("size", [-1, 1_001])
def test_a_size_out_of_range(size: int) -> None:
    with pytest.raises(InvalidRequestError):
        page_of(Page(size, "", "list"), 10)


@pytest.mark.parametrize("token", ["x", "é", "=", "AAAA", page_of(Page(4, "", "another"), 10).next_token])
def test_a_token_of_another_list(token: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        page_of(Page(4, token, "list"), 10)
    assert caught.value.violations[0].field == "page_token"
