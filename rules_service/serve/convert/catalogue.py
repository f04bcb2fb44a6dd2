"""From the ruleset to the messages of the catalogue."""

from __future__ import annotations

from integrationcontrol.v1 import catalogue_service_pb2 as pb
from rules_service.model import InformationType, NoControl, Operation, Permission, QualityCode, Text, Variant
from rules_service.reference.alternatives import Alternative
from rules_service.reference.clause_words import in_words

_PERMISSIONS = {
    Permission.ALLOWED: pb.PERMISSION_ALLOWED,
    Permission.NOT_ALLOWED: pb.PERMISSION_NOT_ALLOWED,
    Permission.UNKNOWN: pb.PERMISSION_UNKNOWN,
}


def operation_message(operation: Operation) -> pb.Operation:
    """One operation with its variants, each as it was written and as the evaluators read it."""
    return pb.Operation(
        name=operation.name,
        aliases=[alias.name for alias in operation.aliases],
        title=text_message(operation.titles),
        kind=operation.kind.value,
        state=operation.status.value,
        successor=operation.successor,
        supplier=operation.supplier,
        recipient=operation.recipient,
        purposes=sorted(purpose.value for purpose in operation.purposes),
        authorisations=operation.authorisations,
        assumptions=operation.assumptions,
        sources=[
            pb.SourceLines(document=each.document, section=each.section, lines=", ".join(map(str, each.lines)))
            for each in operation.citations
        ],
        variants=[_variant(variant) for variant in operation.variants],
        proof_required=operation.proof_required,
        delivers_information_types=operation.delivers_information_types,
        all_or_nothing=operation.all_or_nothing,
    )


def quality_code_message(code: QualityCode) -> pb.QualityCode:
    """One quality code."""
    return pb.QualityCode(code=code.code, label=text_message(code.label), maximum_duration=code.maximum_duration)


def information_type_message(found: InformationType) -> pb.InformationType:
    """One information type."""
    return pb.InformationType(
        number=found.number,
        content=found.content,
        legal_basis=found.legal_basis,
        applicant=_PERMISSIONS[found.applicant],
        debtor=_PERMISSIONS[found.debtor],
        user_roles=sorted(found.user_roles),
    )


def text_message(text: Text) -> pb.Text:
    """A text in three languages."""
    return pb.Text(fr=text.fr, nl=text.nl, en=text.en)


def _variant(variant: Variant) -> pb.Variant:
    made_ready = Alternative.of(variant)
    form = made_ready.form
    return pb.Variant(
        name=variant.name,
        in_words=text_message(variant.in_words),
        alternatives=[
            " and ".join(in_words(leaf, "en") for leaf in form.leaves_of(conjunction))
            for conjunction in form.conjunctions
        ],
        input_groups=[pb.InputGroup(names=sorted(group)) for group in _input_groups(made_ready)],
        parameters=[f"{name}={value}" for name, values in variant.guard.parameters for value in sorted(values)],
        executed_by=f"EXECUTED_BY_{variant.executed_by.name}",
        no_control_reason=variant.rule.reason if isinstance(variant.rule, NoControl) else "",
    )


def _input_groups(alternative: Alternative) -> list[frozenset[str]]:
    """The periods and dates that are enough together, none where nothing is needed; larger groups are left out."""
    given = alternative.variant.guard.given
    groups = dict.fromkeys(names | given for names in alternative.names_of or (frozenset(),))
    return [group for group in groups if group and not any(other < group for other in groups)]
