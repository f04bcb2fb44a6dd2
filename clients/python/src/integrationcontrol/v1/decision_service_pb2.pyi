import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from integrationcontrol import _google_rpc as _status_pb2
from integrationcontrol.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FactsSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FACTS_SOURCE_UNSPECIFIED: _ClassVar[FactsSource]
    FACTS_SOURCE_REGISTER: _ClassVar[FactsSource]
    FACTS_SOURCE_INLINE: _ClassVar[FactsSource]

class Purpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PURPOSE_UNSPECIFIED: _ClassVar[Purpose]
    PURPOSE_APPLICANT: _ClassVar[Purpose]
    PURPOSE_DEBTOR: _ClassVar[Purpose]

class InformationTypeVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INFORMATION_TYPE_VERDICT_UNSPECIFIED: _ClassVar[InformationTypeVerdict]
    INFORMATION_TYPE_VERDICT_ALLOWED: _ClassVar[InformationTypeVerdict]
    INFORMATION_TYPE_VERDICT_NOT_ALLOWED: _ClassVar[InformationTypeVerdict]
    INFORMATION_TYPE_VERDICT_UNKNOWN: _ClassVar[InformationTypeVerdict]
    INFORMATION_TYPE_VERDICT_USER_ROLE_NEEDED: _ClassVar[InformationTypeVerdict]
    INFORMATION_TYPE_VERDICT_NUMBER_NOT_KNOWN: _ClassVar[InformationTypeVerdict]
    INFORMATION_TYPE_VERDICT_NO_QUALITY_CODE: _ClassVar[InformationTypeVerdict]
    INFORMATION_TYPE_VERDICT_OPERATION_NOT_AVAILABLE: _ClassVar[InformationTypeVerdict]
FACTS_SOURCE_UNSPECIFIED: FactsSource
FACTS_SOURCE_REGISTER: FactsSource
FACTS_SOURCE_INLINE: FactsSource
PURPOSE_UNSPECIFIED: Purpose
PURPOSE_APPLICANT: Purpose
PURPOSE_DEBTOR: Purpose
INFORMATION_TYPE_VERDICT_UNSPECIFIED: InformationTypeVerdict
INFORMATION_TYPE_VERDICT_ALLOWED: InformationTypeVerdict
INFORMATION_TYPE_VERDICT_NOT_ALLOWED: InformationTypeVerdict
INFORMATION_TYPE_VERDICT_UNKNOWN: InformationTypeVerdict
INFORMATION_TYPE_VERDICT_USER_ROLE_NEEDED: InformationTypeVerdict
INFORMATION_TYPE_VERDICT_NUMBER_NOT_KNOWN: InformationTypeVerdict
INFORMATION_TYPE_VERDICT_NO_QUALITY_CODE: InformationTypeVerdict
INFORMATION_TYPE_VERDICT_OPERATION_NOT_AVAILABLE: InformationTypeVerdict

class DecideRequest(_message.Message):
    __slots__ = ("ticket", "operation", "requester", "ssins", "quality_code", "legal_context", "system_date", "request_period", "periods", "dates", "parameters", "information_types", "proof", "consistency", "facts", "integrations", "requester_profile")
    class ParametersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TICKET_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    SSINS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    LEGAL_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_DATE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_PERIOD_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    DATES_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    INTEGRATIONS_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_PROFILE_FIELD_NUMBER: _ClassVar[int]
    ticket: str
    operation: str
    requester: _common_pb2.Organisation
    ssins: _containers.RepeatedScalarFieldContainer[str]
    quality_code: int
    legal_context: str
    system_date: str
    request_period: _common_pb2.Period
    periods: _containers.RepeatedCompositeFieldContainer[NamedPeriod]
    dates: _containers.RepeatedCompositeFieldContainer[NamedDate]
    parameters: _containers.ScalarMap[str, str]
    information_types: _containers.RepeatedScalarFieldContainer[str]
    proof: Proof
    consistency: Consistency
    facts: FactsSource
    integrations: _containers.RepeatedCompositeFieldContainer[InlineIntegration]
    requester_profile: RequesterProfile
    def __init__(self, ticket: _Optional[str] = ..., operation: _Optional[str] = ..., requester: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., ssins: _Optional[_Iterable[str]] = ..., quality_code: _Optional[int] = ..., legal_context: _Optional[str] = ..., system_date: _Optional[str] = ..., request_period: _Optional[_Union[_common_pb2.Period, _Mapping]] = ..., periods: _Optional[_Iterable[_Union[NamedPeriod, _Mapping]]] = ..., dates: _Optional[_Iterable[_Union[NamedDate, _Mapping]]] = ..., parameters: _Optional[_Mapping[str, str]] = ..., information_types: _Optional[_Iterable[str]] = ..., proof: _Optional[_Union[Proof, _Mapping]] = ..., consistency: _Optional[_Union[Consistency, _Mapping]] = ..., facts: _Optional[_Union[FactsSource, str]] = ..., integrations: _Optional[_Iterable[_Union[InlineIntegration, _Mapping]]] = ..., requester_profile: _Optional[_Union[RequesterProfile, _Mapping]] = ...) -> None: ...

class NamedPeriod(_message.Message):
    __slots__ = ("name", "period")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    name: str
    period: _common_pb2.Period
    def __init__(self, name: _Optional[str] = ..., period: _Optional[_Union[_common_pb2.Period, _Mapping]] = ...) -> None: ...

class NamedDate(_message.Message):
    __slots__ = ("name", "date")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    name: str
    date: str
    def __init__(self, name: _Optional[str] = ..., date: _Optional[str] = ...) -> None: ...

class Proof(_message.Message):
    __slots__ = ("identity_card_number", "sis_card_number", "person")
    IDENTITY_CARD_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SIS_CARD_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    identity_card_number: str
    sis_card_number: str
    person: PersonData
    def __init__(self, identity_card_number: _Optional[str] = ..., sis_card_number: _Optional[str] = ..., person: _Optional[_Union[PersonData, _Mapping]] = ...) -> None: ...

class PersonData(_message.Message):
    __slots__ = ("last_name", "first_name", "birth_date")
    LAST_NAME_FIELD_NUMBER: _ClassVar[int]
    FIRST_NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    last_name: str
    first_name: str
    birth_date: str
    def __init__(self, last_name: _Optional[str] = ..., first_name: _Optional[str] = ..., birth_date: _Optional[str] = ...) -> None: ...

class Consistency(_message.Message):
    __slots__ = ("min_revision", "exact_revision", "known_at")
    MIN_REVISION_FIELD_NUMBER: _ClassVar[int]
    EXACT_REVISION_FIELD_NUMBER: _ClassVar[int]
    KNOWN_AT_FIELD_NUMBER: _ClassVar[int]
    min_revision: int
    exact_revision: int
    known_at: _timestamp_pb2.Timestamp
    def __init__(self, min_revision: _Optional[int] = ..., exact_revision: _Optional[int] = ..., known_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class InlineIntegration(_message.Message):
    __slots__ = ("ssin", "organisation", "sector", "quality_code", "begin_date", "end_date", "registers")
    SSIN_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    BEGIN_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    REGISTERS_FIELD_NUMBER: _ClassVar[int]
    ssin: str
    organisation: str
    sector: int
    quality_code: int
    begin_date: str
    end_date: str
    registers: _containers.RepeatedScalarFieldContainer[_common_pb2.Register]
    def __init__(self, ssin: _Optional[str] = ..., organisation: _Optional[str] = ..., sector: _Optional[int] = ..., quality_code: _Optional[int] = ..., begin_date: _Optional[str] = ..., end_date: _Optional[str] = ..., registers: _Optional[_Iterable[_Union[_common_pb2.Register, str]]] = ...) -> None: ...

class RequesterProfile(_message.Message):
    __slots__ = ("kind", "region", "sector", "institution")
    KIND_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    kind: _common_pb2.RequesterKind
    region: _common_pb2.Region
    sector: int
    institution: int
    def __init__(self, kind: _Optional[_Union[_common_pb2.RequesterKind, str]] = ..., region: _Optional[_Union[_common_pb2.Region, str]] = ..., sector: _Optional[int] = ..., institution: _Optional[int] = ...) -> None: ...

class DecideResponse(_message.Message):
    __slots__ = ("decision",)
    DECISION_FIELD_NUMBER: _ClassVar[int]
    decision: Decision
    def __init__(self, decision: _Optional[_Union[Decision, _Mapping]] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("ticket", "decision_id", "outcome", "status", "reason", "operation", "variant", "evidence", "authorisations", "assumptions", "persons", "system_date", "ruleset_digest", "register_revision", "executed_by", "information_types")
    TICKET_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    AUTHORISATIONS_FIELD_NUMBER: _ClassVar[int]
    ASSUMPTIONS_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_DATE_FIELD_NUMBER: _ClassVar[int]
    RULESET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    REGISTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    EXECUTED_BY_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    ticket: str
    decision_id: str
    outcome: _common_pb2.Outcome
    status: OfficialStatus
    reason: _common_pb2.Reason
    operation: str
    variant: str
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    authorisations: _containers.RepeatedScalarFieldContainer[str]
    assumptions: _containers.RepeatedScalarFieldContainer[str]
    persons: _containers.RepeatedCompositeFieldContainer[PersonDecision]
    system_date: str
    ruleset_digest: str
    register_revision: int
    executed_by: _common_pb2.ExecutedBy
    information_types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ticket: _Optional[str] = ..., decision_id: _Optional[str] = ..., outcome: _Optional[_Union[_common_pb2.Outcome, str]] = ..., status: _Optional[_Union[OfficialStatus, _Mapping]] = ..., reason: _Optional[_Union[_common_pb2.Reason, str]] = ..., operation: _Optional[str] = ..., variant: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., authorisations: _Optional[_Iterable[str]] = ..., assumptions: _Optional[_Iterable[str]] = ..., persons: _Optional[_Iterable[_Union[PersonDecision, _Mapping]]] = ..., system_date: _Optional[str] = ..., ruleset_digest: _Optional[str] = ..., register_revision: _Optional[int] = ..., executed_by: _Optional[_Union[_common_pb2.ExecutedBy, str]] = ..., information_types: _Optional[_Iterable[str]] = ...) -> None: ...

class OfficialStatus(_message.Message):
    __slots__ = ("value", "code", "description", "information")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_FIELD_NUMBER: _ClassVar[int]
    value: str
    code: str
    description: str
    information: _containers.RepeatedCompositeFieldContainer[StatusInformation]
    def __init__(self, value: _Optional[str] = ..., code: _Optional[str] = ..., description: _Optional[str] = ..., information: _Optional[_Iterable[_Union[StatusInformation, _Mapping]]] = ...) -> None: ...

class StatusInformation(_message.Message):
    __slots__ = ("field_name", "field_value")
    FIELD_NAME_FIELD_NUMBER: _ClassVar[int]
    FIELD_VALUE_FIELD_NUMBER: _ClassVar[int]
    field_name: str
    field_value: str
    def __init__(self, field_name: _Optional[str] = ..., field_value: _Optional[str] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("ssin", "quality_code", "begin_date", "end_date", "registers", "integration_id")
    SSIN_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    BEGIN_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    REGISTERS_FIELD_NUMBER: _ClassVar[int]
    INTEGRATION_ID_FIELD_NUMBER: _ClassVar[int]
    ssin: str
    quality_code: int
    begin_date: str
    end_date: str
    registers: _containers.RepeatedScalarFieldContainer[_common_pb2.Register]
    integration_id: int
    def __init__(self, ssin: _Optional[str] = ..., quality_code: _Optional[int] = ..., begin_date: _Optional[str] = ..., end_date: _Optional[str] = ..., registers: _Optional[_Iterable[_Union[_common_pb2.Register, str]]] = ..., integration_id: _Optional[int] = ...) -> None: ...

class PersonDecision(_message.Message):
    __slots__ = ("ssin", "outcome", "reason")
    SSIN_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    ssin: str
    outcome: _common_pb2.Outcome
    reason: _common_pb2.Reason
    def __init__(self, ssin: _Optional[str] = ..., outcome: _Optional[_Union[_common_pb2.Outcome, str]] = ..., reason: _Optional[_Union[_common_pb2.Reason, str]] = ...) -> None: ...

class BatchDecideRequest(_message.Message):
    __slots__ = ("requests",)
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[DecideRequest]
    def __init__(self, requests: _Optional[_Iterable[_Union[DecideRequest, _Mapping]]] = ...) -> None: ...

class BatchDecideResponse(_message.Message):
    __slots__ = ("results", "system_date", "ruleset_digest", "register_revision")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_DATE_FIELD_NUMBER: _ClassVar[int]
    RULESET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    REGISTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[DecideResult]
    system_date: str
    ruleset_digest: str
    register_revision: int
    def __init__(self, results: _Optional[_Iterable[_Union[DecideResult, _Mapping]]] = ..., system_date: _Optional[str] = ..., ruleset_digest: _Optional[str] = ..., register_revision: _Optional[int] = ...) -> None: ...

class DecideResult(_message.Message):
    __slots__ = ("decision", "error")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    decision: Decision
    error: _status_pb2.Status
    def __init__(self, decision: _Optional[_Union[Decision, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...

class StreamDecideRequest(_message.Message):
    __slots__ = ("requests",)
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[DecideRequest]
    def __init__(self, requests: _Optional[_Iterable[_Union[DecideRequest, _Mapping]]] = ...) -> None: ...

class StreamDecideResponse(_message.Message):
    __slots__ = ("results", "system_date", "ruleset_digest", "register_revision")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_DATE_FIELD_NUMBER: _ClassVar[int]
    RULESET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    REGISTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[DecideResult]
    system_date: str
    ruleset_digest: str
    register_revision: int
    def __init__(self, results: _Optional[_Iterable[_Union[DecideResult, _Mapping]]] = ..., system_date: _Optional[str] = ..., ruleset_digest: _Optional[str] = ..., register_revision: _Optional[int] = ...) -> None: ...

class DecideColumnsRequest(_message.Message):
    __slots__ = ("requests", "answer_columns")
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    ANSWER_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    requests: bytes
    answer_columns: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, requests: _Optional[bytes] = ..., answer_columns: _Optional[_Iterable[str]] = ...) -> None: ...

class DecideColumnsResponse(_message.Message):
    __slots__ = ("decisions", "system_date", "ruleset_digest", "register_revision")
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_DATE_FIELD_NUMBER: _ClassVar[int]
    RULESET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    REGISTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    decisions: bytes
    system_date: str
    ruleset_digest: str
    register_revision: int
    def __init__(self, decisions: _Optional[bytes] = ..., system_date: _Optional[str] = ..., ruleset_digest: _Optional[str] = ..., register_revision: _Optional[int] = ...) -> None: ...

class ExplainRequest(_message.Message):
    __slots__ = ("request", "language")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    request: DecideRequest
    language: str
    def __init__(self, request: _Optional[_Union[DecideRequest, _Mapping]] = ..., language: _Optional[str] = ...) -> None: ...

class ExplainResponse(_message.Message):
    __slots__ = ("decision", "derivation")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    DERIVATION_FIELD_NUMBER: _ClassVar[int]
    decision: Decision
    derivation: Derivation
    def __init__(self, decision: _Optional[_Union[Decision, _Mapping]] = ..., derivation: _Optional[_Union[Derivation, _Mapping]] = ...) -> None: ...

class Derivation(_message.Message):
    __slots__ = ("checks", "variants", "sources", "authorisations", "assumptions", "changes_needed", "granted_system_dates", "derived_by", "inferences")
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    AUTHORISATIONS_FIELD_NUMBER: _ClassVar[int]
    ASSUMPTIONS_FIELD_NUMBER: _ClassVar[int]
    CHANGES_NEEDED_FIELD_NUMBER: _ClassVar[int]
    GRANTED_SYSTEM_DATES_FIELD_NUMBER: _ClassVar[int]
    DERIVED_BY_FIELD_NUMBER: _ClassVar[int]
    INFERENCES_FIELD_NUMBER: _ClassVar[int]
    checks: _containers.RepeatedCompositeFieldContainer[CheckStep]
    variants: _containers.RepeatedCompositeFieldContainer[VariantStep]
    sources: _containers.RepeatedCompositeFieldContainer[CitedSource]
    authorisations: _containers.RepeatedCompositeFieldContainer[AuthorisationStep]
    assumptions: _containers.RepeatedCompositeFieldContainer[AssumptionStep]
    changes_needed: _containers.RepeatedScalarFieldContainer[str]
    granted_system_dates: _containers.RepeatedCompositeFieldContainer[_common_pb2.Period]
    derived_by: str
    inferences: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, checks: _Optional[_Iterable[_Union[CheckStep, _Mapping]]] = ..., variants: _Optional[_Iterable[_Union[VariantStep, _Mapping]]] = ..., sources: _Optional[_Iterable[_Union[CitedSource, _Mapping]]] = ..., authorisations: _Optional[_Iterable[_Union[AuthorisationStep, _Mapping]]] = ..., assumptions: _Optional[_Iterable[_Union[AssumptionStep, _Mapping]]] = ..., changes_needed: _Optional[_Iterable[str]] = ..., granted_system_dates: _Optional[_Iterable[_Union[_common_pb2.Period, _Mapping]]] = ..., derived_by: _Optional[str] = ..., inferences: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckStep(_message.Message):
    __slots__ = ("name", "passed", "text")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    name: str
    passed: bool
    text: str
    def __init__(self, name: _Optional[str] = ..., passed: _Optional[bool] = ..., text: _Optional[str] = ...) -> None: ...

class VariantStep(_message.Message):
    __slots__ = ("variant", "in_words", "granted", "alternatives")
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    IN_WORDS_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    variant: str
    in_words: str
    granted: bool
    alternatives: _containers.RepeatedCompositeFieldContainer[ConjunctionStep]
    def __init__(self, variant: _Optional[str] = ..., in_words: _Optional[str] = ..., granted: _Optional[bool] = ..., alternatives: _Optional[_Iterable[_Union[ConjunctionStep, _Mapping]]] = ...) -> None: ...

class ConjunctionStep(_message.Message):
    __slots__ = ("holds", "clauses")
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    CLAUSES_FIELD_NUMBER: _ClassVar[int]
    holds: bool
    clauses: _containers.RepeatedCompositeFieldContainer[ClauseStep]
    def __init__(self, holds: _Optional[bool] = ..., clauses: _Optional[_Iterable[_Union[ClauseStep, _Mapping]]] = ...) -> None: ...

class ClauseStep(_message.Message):
    __slots__ = ("ssin", "text", "holds", "window", "integrations")
    SSIN_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    INTEGRATIONS_FIELD_NUMBER: _ClassVar[int]
    ssin: str
    text: str
    holds: bool
    window: _common_pb2.Period
    integrations: _containers.RepeatedCompositeFieldContainer[Evidence]
    def __init__(self, ssin: _Optional[str] = ..., text: _Optional[str] = ..., holds: _Optional[bool] = ..., window: _Optional[_Union[_common_pb2.Period, _Mapping]] = ..., integrations: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ...) -> None: ...

class CitedSource(_message.Message):
    __slots__ = ("document", "section", "lines", "fingerprint")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SECTION_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    document: str
    section: str
    lines: str
    fingerprint: str
    def __init__(self, document: _Optional[str] = ..., section: _Optional[str] = ..., lines: _Optional[str] = ..., fingerprint: _Optional[str] = ...) -> None: ...

class AuthorisationStep(_message.Message):
    __slots__ = ("reference", "date", "covers", "inferred")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    DATE_FIELD_NUMBER: _ClassVar[int]
    COVERS_FIELD_NUMBER: _ClassVar[int]
    INFERRED_FIELD_NUMBER: _ClassVar[int]
    reference: str
    date: str
    covers: str
    inferred: bool
    def __init__(self, reference: _Optional[str] = ..., date: _Optional[str] = ..., covers: _Optional[str] = ..., inferred: _Optional[bool] = ...) -> None: ...

class AssumptionStep(_message.Message):
    __slots__ = ("name", "statement")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    name: str
    statement: str
    def __init__(self, name: _Optional[str] = ..., statement: _Optional[str] = ...) -> None: ...

class FilterInformationTypesRequest(_message.Message):
    __slots__ = ("operation", "purpose", "user_role", "information_types")
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    USER_ROLE_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    operation: str
    purpose: Purpose
    user_role: str
    information_types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, operation: _Optional[str] = ..., purpose: _Optional[_Union[Purpose, str]] = ..., user_role: _Optional[str] = ..., information_types: _Optional[_Iterable[str]] = ...) -> None: ...

class FilterInformationTypesResponse(_message.Message):
    __slots__ = ("operation", "information_types", "ruleset_digest")
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    RULESET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    operation: str
    information_types: _containers.RepeatedCompositeFieldContainer[FilteredInformationType]
    ruleset_digest: str
    def __init__(self, operation: _Optional[str] = ..., information_types: _Optional[_Iterable[_Union[FilteredInformationType, _Mapping]]] = ..., ruleset_digest: _Optional[str] = ...) -> None: ...

class FilteredInformationType(_message.Message):
    __slots__ = ("number", "verdict", "content", "legal_basis", "legal_reference", "remark", "user_roles")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    USER_ROLES_FIELD_NUMBER: _ClassVar[int]
    number: str
    verdict: InformationTypeVerdict
    content: str
    legal_basis: str
    legal_reference: str
    remark: str
    user_roles: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, number: _Optional[str] = ..., verdict: _Optional[_Union[InformationTypeVerdict, str]] = ..., content: _Optional[str] = ..., legal_basis: _Optional[str] = ..., legal_reference: _Optional[str] = ..., remark: _Optional[str] = ..., user_roles: _Optional[_Iterable[str]] = ...) -> None: ...

class ListRecipientsRequest(_message.Message):
    __slots__ = ("ticket", "operation", "ssin", "system_date", "request_period", "periods", "dates", "parameters", "consistency")
    class ParametersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    TICKET_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    SSIN_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_DATE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_PERIOD_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    DATES_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    ticket: str
    operation: str
    ssin: str
    system_date: str
    request_period: _common_pb2.Period
    periods: _containers.RepeatedCompositeFieldContainer[NamedPeriod]
    dates: _containers.RepeatedCompositeFieldContainer[NamedDate]
    parameters: _containers.ScalarMap[str, str]
    consistency: Consistency
    def __init__(self, ticket: _Optional[str] = ..., operation: _Optional[str] = ..., ssin: _Optional[str] = ..., system_date: _Optional[str] = ..., request_period: _Optional[_Union[_common_pb2.Period, _Mapping]] = ..., periods: _Optional[_Iterable[_Union[NamedPeriod, _Mapping]]] = ..., dates: _Optional[_Iterable[_Union[NamedDate, _Mapping]]] = ..., parameters: _Optional[_Mapping[str, str]] = ..., consistency: _Optional[_Union[Consistency, _Mapping]] = ...) -> None: ...

class ListRecipientsResponse(_message.Message):
    __slots__ = ("ticket", "decision_id", "outcome", "status", "reason", "operation", "recipients", "undecided_count", "candidate_count", "system_date", "ruleset_digest", "register_revision")
    TICKET_FIELD_NUMBER: _ClassVar[int]
    DECISION_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    RECIPIENTS_FIELD_NUMBER: _ClassVar[int]
    UNDECIDED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CANDIDATE_COUNT_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_DATE_FIELD_NUMBER: _ClassVar[int]
    RULESET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    REGISTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    ticket: str
    decision_id: str
    outcome: _common_pb2.Outcome
    status: OfficialStatus
    reason: _common_pb2.Reason
    operation: str
    recipients: _containers.RepeatedCompositeFieldContainer[Recipient]
    undecided_count: int
    candidate_count: int
    system_date: str
    ruleset_digest: str
    register_revision: int
    def __init__(self, ticket: _Optional[str] = ..., decision_id: _Optional[str] = ..., outcome: _Optional[_Union[_common_pb2.Outcome, str]] = ..., status: _Optional[_Union[OfficialStatus, _Mapping]] = ..., reason: _Optional[_Union[_common_pb2.Reason, str]] = ..., operation: _Optional[str] = ..., recipients: _Optional[_Iterable[_Union[Recipient, _Mapping]]] = ..., undecided_count: _Optional[int] = ..., candidate_count: _Optional[int] = ..., system_date: _Optional[str] = ..., ruleset_digest: _Optional[str] = ..., register_revision: _Optional[int] = ...) -> None: ...

class Recipient(_message.Message):
    __slots__ = ("organisation", "reason", "variant", "integration_ids")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    INTEGRATION_IDS_FIELD_NUMBER: _ClassVar[int]
    organisation: _common_pb2.Organisation
    reason: _common_pb2.Reason
    variant: str
    integration_ids: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, organisation: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., reason: _Optional[_Union[_common_pb2.Reason, str]] = ..., variant: _Optional[str] = ..., integration_ids: _Optional[_Iterable[int]] = ...) -> None: ...
