"""From the ruleset to the messages of the catalogue, and from a message to the filter that it asks for."""

from __future__ import annotations

from functools import partial

from integrationcontrol.v1 import catalogue_service_pb2 as pb
from integrationcontrol.v1 import common_pb2
from rules_service.catalogue import NetworkNames, OperationFilter, SectorCode, groups_of
from rules_service.identifiers.parties import RequesterClass
from rules_service.model import (
    Citation,
    DataUser,
    InformationType,
    NoControl,
    Operation,
    Permission,
    Ruleset,
    Text,
    Variant,
)
from rules_service.reference.alternatives import Alternative
from rules_service.reference.clause_words import in_words

_PERMISSIONS = {
    Permission.ALLOWED: pb.PERMISSION_ALLOWED,
    Permission.NOT_ALLOWED: pb.PERMISSION_NOT_ALLOWED,
    Permission.UNKNOWN: pb.PERMISSION_UNKNOWN,
}


def filter_of(message: pb.ListOperationsRequest) -> OperationFilter:
    """Which operations the message asks for."""
    return OperationFilter(
        section=message.section,
        quality_code=message.quality_code if message.HasField("quality_code") else None,
        condition=message.condition,
        supplier=message.supplier,
        state=message.state,
        kind=message.kind,
        requester=message.requester,
    )


def operation_message(operation: Operation, ruleset: Ruleset, names: NetworkNames) -> pb.Operation:
    """One operation with its variants, each as it was written and as the evaluators read it."""
    return pb.Operation(
        name=operation.name,
        aliases=[alias.name for alias in operation.aliases],
        alias_states={alias.name: alias.status.value for alias in operation.aliases},
        groups=groups_of(operation, ruleset),
        title=text_message(operation.titles),
        functionality=_text_if_any(operation.functionality),
        kind=operation.kind.value,
        state=operation.status.value,
        successor=operation.successor,
        supplier=operation.supplier,
        recipient=operation.recipient,
        requesters=[_requester(each, names) for each in operation.requesters],
        purposes=sorted(purpose.value for purpose in operation.purposes),
        missions=[text_message(ruleset.missions[name]) for name in operation.missions],
        legal_basis=operation.legal_basis,
        authorisations=operation.authorisations,
        assumptions=operation.assumptions,
        ambiguities=[
            pb.Ambiguity(about=each.about, readings=each.readings, chosen=each.chosen, why=each.why)
            for each in operation.ambiguities
        ],
        sources=map(_source, operation.citations),
        variants=[_variant(variant, names) for variant in operation.variants],
        proof_required=operation.proof_required,
        delivers_information_types=operation.delivers_information_types,
        all_or_nothing=operation.all_or_nothing,
    )


def quality_code_message(code: SectorCode) -> pb.QualityCode:
    """One quality code."""
    return pb.QualityCode(
        code=code.code,
        label=text_message(code.label),
        maximum_duration=code.maximum_duration,
        default_end=code.default_end,
        sector=code.sector,
        source=_source(code.citation) if code.citation else None,
    )


def information_type_message(found: InformationType) -> pb.InformationType:
    """One information type."""
    return pb.InformationType(
        number=found.number,
        content=found.content,
        legal_basis=found.legal_basis,
        applicant=_PERMISSIONS[found.applicant],
        debtor=_PERMISSIONS[found.debtor],
        user_roles=sorted(found.user_roles),
        legal_reference=found.legal_reference,
        remark=found.remark,
        source=_source(found.citation) if found.citation else None,
    )


def data_user_message(user: DataUser) -> pb.DataUser:
    """One user of the data of the CPAS."""
    return pb.DataUser(
        name=user.name,
        purpose=text_message(user.purpose),
        operations=user.operations,
        partner=user.partner,
        remark=user.remark,
        source=_source(user.citation),
    )


def text_message(text: Text) -> pb.Text:
    """A text in the languages that it has."""
    return pb.Text(fr=text.fr, nl=text.nl, en=text.en, de=text.de)


def _text_if_any(text: Text) -> pb.Text | None:
    return text_message(text) if text != Text() else None


def _source(each: Citation) -> pb.SourceLines:
    return pb.SourceLines(document=each.document, section=each.section, lines=", ".join(map(str, each.lines)))


def _requester(each: RequesterClass, names: NetworkNames) -> pb.RequesterClass:
    return pb.RequesterClass(
        kind=common_pb2.RequesterKind.Name(each.kind),
        sector=each.sector,
        institution=each.institution,
        regions=[common_pb2.Region.Name(region) for region in sorted(each.regions)],
        partner=names.partner(each.sector, each.institution),
    )


def _variant(variant: Variant, names: NetworkNames) -> pb.Variant:
    made_ready = Alternative.of(variant)
    form = made_ready.form
    said = partial(in_words, language="en", name_of=names.name)
    return pb.Variant(
        name=variant.name,
        in_words=text_message(variant.in_words),
        alternatives=[" and ".join(map(said, form.leaves_of(conjunction))) for conjunction in form.conjunctions],
        input_groups=[pb.InputGroup(names=sorted(group)) for group in _input_groups(made_ready)],
        parameters=[f"{name}={value}" for name, values in variant.guard.parameters for value in sorted(values)],
        executed_by=f"EXECUTED_BY_{variant.executed_by.name}",
        no_control_reason=variant.rule.reason if isinstance(variant.rule, NoControl) else "",
        requesters=[_requester(each, names) for each in variant.guard.requesters],
        authorisations=variant.authorisations,
        assumptions=variant.assumptions,
        not_given=sorted(variant.guard.not_given),
    )


def _input_groups(alternative: Alternative) -> list[frozenset[str]]:
    """The periods and dates that are enough together, none where nothing is needed; larger groups are left out."""
    given = alternative.variant.guard.given
    groups = dict.fromkeys(names | given for names in alternative.names_of or (frozenset(),))
    return [group for group in groups if group and not any(other < group for other in groups)]
