"""Which information types may be given under an operation, for a purpose and to a user (S30b, chapter 5).

The answer is the one that a decision comes to: a type is allowed exactly when a request that lists it is granted to
somebody whose integration, under a code of the purpose, meets the condition of the operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from rules_service.decision import USER_ROLE
from rules_service.errors import InvalidRequestError
from rules_service.model import InformationType, Operation, OperationStatus, Permission, Undocumented, Variant
from rules_service.reference.alternatives import Alternative
from rules_service.reference.information_types import APPLICANT_CODES, DEBTOR_CODES, codes_allowing, may_deliver

_CLOSED = (OperationStatus.NOT_YET_AVAILABLE, OperationStatus.REMOVED)


class InquiryPurpose(IntEnum):
    """Whom the data are about. The numbers are those of the gRPC enum."""

    APPLICANT = 1
    DEBTOR = 2

    @property
    def codes(self) -> frozenset[int]:
        """The quality codes of the purpose."""
        return APPLICANT_CODES if self is InquiryPurpose.APPLICANT else DEBTOR_CODES

    def permission(self, each: InformationType) -> Permission:
        """What the column of the purpose says of a type."""
        return each.applicant if self is InquiryPurpose.APPLICANT else each.debtor


class TypeVerdict(IntEnum):
    """Whether a type may be given, and why not. The numbers are those of the gRPC enum."""

    ALLOWED = 1
    NOT_ALLOWED = 2
    UNKNOWN = 3
    USER_ROLE_NEEDED = 4
    NUMBER_NOT_KNOWN = 5
    NO_QUALITY_CODE = 6
    OPERATION_NOT_AVAILABLE = 7


@dataclass(frozen=True, slots=True)
class TypeQuestion:
    """What is asked: `user_role` is empty where none is stated, `numbers` where every type is asked for."""

    operation: str
    purpose: InquiryPurpose
    user_role: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilteredType:
    """One type and whether it may be given.

    `content` and `remark` are told of every known type; what its access rests on only where it may be given.
    """

    number: str
    verdict: TypeVerdict
    content: str = ""
    legal_basis: str = ""
    legal_reference: str = ""
    remark: str = ""
    user_roles: tuple[str, ...] = ()


def filter_types(
    operation: Operation, known: Sequence[InformationType], question: TypeQuestion
) -> tuple[FilteredType, ...]:
    """One verdict for each type asked for, in that order; all of `known`, ascending, where none is named.

    Raises:
        InvalidRequestError: the operation delivers no information types.
    """
    if not operation.delivers_information_types:
        raise InvalidRequestError.of("operation", "delivers no information types; name an operation that does")
    types = {each.number: each for each in known}
    open_to_user = [Alternative.of(each) for each in operation.variants if _may_grant(each, question.user_role)]
    found = []
    for number in question.numbers or sorted(types):
        each = types.get(number)
        verdict = TypeVerdict.NUMBER_NOT_KNOWN if each is None else _verdict(each, question, open_to_user)
        if operation.status in _CLOSED:
            verdict = TypeVerdict.OPERATION_NOT_AVAILABLE
        found.append(_filtered(number, verdict, each))
    return tuple(found)


def _may_grant(variant: Variant, user_role: str) -> bool:
    """Whether the variant can grant anything, to a user in this role."""
    roles = dict(variant.guard.parameters).get(USER_ROLE)
    return not isinstance(variant.rule, Undocumented) and (roles is None or user_role in roles)


def _verdict(each: InformationType, question: TypeQuestion, alternatives: Sequence[Alternative]) -> TypeVerdict:
    """What stands in the way, from the type itself to the operation; a blank of the source is never allowed."""
    match question.purpose.permission(each):
        case Permission.NOT_ALLOWED:
            return TypeVerdict.NOT_ALLOWED
        case Permission.UNKNOWN:
            return TypeVerdict.UNKNOWN
    codes = codes_allowing(each, question.user_role) & question.purpose.codes
    if not codes:
        return TypeVerdict.USER_ROLE_NEEDED
    if not any(may_deliver(alternative, codes, None) for alternative in alternatives):
        return TypeVerdict.NO_QUALITY_CODE
    return TypeVerdict.ALLOWED


def _filtered(number: str, verdict: TypeVerdict, each: InformationType | None) -> FilteredType:
    if each is None:
        return FilteredType(number, verdict)
    allowed = verdict is TypeVerdict.ALLOWED
    return FilteredType(
        number=number,
        verdict=verdict,
        content=each.content,
        legal_basis=each.legal_basis if allowed else "",
        legal_reference=each.legal_reference if allowed else "",
        remark=each.remark,
        user_roles=tuple(sorted(each.user_roles)),
    )
