"""Tells which information types may be given, with no gRPC in sight: the command line tells it by the same path."""

from __future__ import annotations

from dataclasses import dataclass

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.reference import FilteredType, filter_types
from rules_service.serve.convert import filtered_type_message, type_question_of
from rules_service.serve.rules import Rules


@dataclass(frozen=True, slots=True)
class FilteredTypes:
    """One verdict for each type asked for, and the operation as the catalogue names it."""

    operation: str
    types: tuple[FilteredType, ...]
    ruleset_digest: str


def filtered_types(rules: Rules, message: pb.FilterInformationTypesRequest) -> FilteredTypes:
    """What may be given under an operation of the rules; no register is asked.

    Raises:
        CallerError: the request is wrong, or names an operation that delivers no information types.
    """
    question = type_question_of(message, rules.plan.request_vocabulary)
    operation = rules.operation(question.operation)
    types = filter_types(operation, rules.ruleset.information_types, question)
    return FilteredTypes(operation.name, types, rules.plan.digest)


def filtered_types_message(found: FilteredTypes) -> pb.FilterInformationTypesResponse:
    """The answer."""
    return pb.FilterInformationTypesResponse(
        operation=found.operation,
        information_types=[filtered_type_message(each) for each in found.types],
        ruleset_digest=found.ruleset_digest,
    )
