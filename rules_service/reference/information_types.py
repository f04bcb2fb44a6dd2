"""National-register information types: under which quality codes each may be given (S30b, chapter 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules_service.model import InformationType, Permission
from rules_service.reference.alternatives import Alternative

APPLICANT_CODES = frozenset(range(1, 10))
DEBTOR_CODES = frozenset({30})


def codes_allowing(each: InformationType, user_role: str | None) -> frozenset[int]:
    """The codes under which one type may be given to somebody in this role; a blank of the source allows nothing."""
    if each.user_roles and user_role not in each.user_roles:
        return frozenset()
    applicant = APPLICANT_CODES if each.applicant is Permission.ALLOWED else frozenset()
    debtor = DEBTOR_CODES if each.debtor is Permission.ALLOWED else frozenset()
    return applicant | debtor


def codes_allowing_all(
    numbers: Iterable[str], known: Mapping[str, InformationType], user_role: str | None
) -> frozenset[int]:
    """The codes under which every one of the types may be given; a number that is not known allows nothing."""
    left = APPLICANT_CODES | DEBTOR_CODES
    for number in numbers:
        left &= codes_allowing(known[number], user_role) if number in known else frozenset()
    return left


def may_deliver(alternative: Alternative, narrowed: frozenset[int], stated: int | None) -> bool:
    """Whether some code of the alternative, and the stated one, is left for the types asked for."""
    return bool(codes_of(alternative, stated, narrowed))


def codes_of(alternative: Alternative, stated: int | None, codes: frozenset[int]) -> frozenset[int]:
    """Those of the codes that the alternative permits and the request states, where either says anything."""
    permitted = codes if alternative.permitted_codes is None else codes & alternative.permitted_codes
    return permitted if stated is None else permitted & {stated}
