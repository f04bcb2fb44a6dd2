"""From a message that asks for information types to what it means, and from the verdicts to the answer."""

from __future__ import annotations

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import USER_ROLE, RequestFields, RequestVocabulary, check_request
from rules_service.reference import FilteredType, InquiryPurpose, TypeQuestion
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.renaming import fields_renamed


def type_question_of(message: pb.FilterInformationTypesRequest, vocabulary: RequestVocabulary) -> TypeQuestion:
    """The message, read.

    Raises:
        InvalidRequestError: at least one field is wrong; every wrong field is named.
    """
    findings = Findings()
    with findings, fields_renamed({f"parameters[{USER_ROLE}]": "user_role"}):
        check_request(_fields_of(message), vocabulary, received_on=0)  # no day is read
    if int(message.purpose) not in tuple(InquiryPurpose):
        findings.wrong("purpose", "is missing or unknown; give PURPOSE_APPLICANT or PURPOSE_DEBTOR")
    if findings:
        raise findings.error()
    purpose = InquiryPurpose(message.purpose)
    return TypeQuestion(message.operation, purpose, message.user_role, tuple(message.information_types))


def filtered_type_message(found: FilteredType) -> pb.FilteredInformationType:
    """One type with its verdict."""
    return pb.FilteredInformationType(
        number=found.number,
        verdict=f"INFORMATION_TYPE_VERDICT_{found.verdict.name}",
        content=found.content,
        legal_basis=found.legal_basis,
        legal_reference=found.legal_reference,
        remark=found.remark,
        user_roles=found.user_roles,
    )


def _fields_of(message: pb.FilterInformationTypesRequest) -> RequestFields:
    """What the message shares with a request for a decision, to be checked by the same rules."""
    return RequestFields(
        operation=message.operation,
        requester=None,
        parameters={USER_ROLE: message.user_role} if message.user_role else {},
        information_types=tuple(message.information_types),
    )
