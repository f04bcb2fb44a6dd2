import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from integrationcontrol.v1 import common_pb2 as _common_pb2
from integrationcontrol.v1 import decision_service_pb2 as _decision_service_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RegisterView(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REGISTER_VIEW_UNSPECIFIED: _ClassVar[RegisterView]
    REGISTER_VIEW_PRIMARY: _ClassVar[RegisterView]
    REGISTER_VIEW_SECONDARY: _ClassVar[RegisterView]
    REGISTER_VIEW_ALL: _ClassVar[RegisterView]
REGISTER_VIEW_UNSPECIFIED: RegisterView
REGISTER_VIEW_PRIMARY: RegisterView
REGISTER_VIEW_SECONDARY: RegisterView
REGISTER_VIEW_ALL: RegisterView

class Integration(_message.Message):
    __slots__ = ("integration_id", "ssin", "organisation", "sector", "quality_code", "begin_date", "end_date", "registers", "end_defaulted", "since_revision", "until_revision")
    INTEGRATION_ID_FIELD_NUMBER: _ClassVar[int]
    SSIN_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    BEGIN_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    REGISTERS_FIELD_NUMBER: _ClassVar[int]
    END_DEFAULTED_FIELD_NUMBER: _ClassVar[int]
    SINCE_REVISION_FIELD_NUMBER: _ClassVar[int]
    UNTIL_REVISION_FIELD_NUMBER: _ClassVar[int]
    integration_id: int
    ssin: str
    organisation: _common_pb2.Organisation
    sector: int
    quality_code: int
    begin_date: str
    end_date: str
    registers: _containers.RepeatedScalarFieldContainer[_common_pb2.Register]
    end_defaulted: bool
    since_revision: int
    until_revision: int
    def __init__(self, integration_id: _Optional[int] = ..., ssin: _Optional[str] = ..., organisation: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., sector: _Optional[int] = ..., quality_code: _Optional[int] = ..., begin_date: _Optional[str] = ..., end_date: _Optional[str] = ..., registers: _Optional[_Iterable[_Union[_common_pb2.Register, str]]] = ..., end_defaulted: _Optional[bool] = ..., since_revision: _Optional[int] = ..., until_revision: _Optional[int] = ...) -> None: ...

class IntegrateRequest(_message.Message):
    __slots__ = ("request_id", "ticket", "requester", "ssin", "quality_code", "period", "registers", "proof", "legal_context")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    SSIN_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    REGISTERS_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    LEGAL_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    ticket: str
    requester: _common_pb2.Organisation
    ssin: str
    quality_code: int
    period: _common_pb2.Period
    registers: _containers.RepeatedScalarFieldContainer[_common_pb2.Register]
    proof: _decision_service_pb2.Proof
    legal_context: str
    def __init__(self, request_id: _Optional[str] = ..., ticket: _Optional[str] = ..., requester: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., ssin: _Optional[str] = ..., quality_code: _Optional[int] = ..., period: _Optional[_Union[_common_pb2.Period, _Mapping]] = ..., registers: _Optional[_Iterable[_Union[_common_pb2.Register, str]]] = ..., proof: _Optional[_Union[_decision_service_pb2.Proof, _Mapping]] = ..., legal_context: _Optional[str] = ...) -> None: ...

class IntegrateResponse(_message.Message):
    __slots__ = ("decision", "revision", "period", "end_defaulted", "integrations", "opened", "closed")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    END_DEFAULTED_FIELD_NUMBER: _ClassVar[int]
    INTEGRATIONS_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_service_pb2.Decision
    revision: int
    period: _common_pb2.Period
    end_defaulted: bool
    integrations: _containers.RepeatedCompositeFieldContainer[Integration]
    opened: _containers.RepeatedCompositeFieldContainer[Integration]
    closed: _containers.RepeatedCompositeFieldContainer[Integration]
    def __init__(self, decision: _Optional[_Union[_decision_service_pb2.Decision, _Mapping]] = ..., revision: _Optional[int] = ..., period: _Optional[_Union[_common_pb2.Period, _Mapping]] = ..., end_defaulted: _Optional[bool] = ..., integrations: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ..., opened: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ..., closed: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ...) -> None: ...

class DisintegrateRequest(_message.Message):
    __slots__ = ("request_id", "ticket", "requester", "ssin", "quality_code", "period", "registers", "legal_context")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    SSIN_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    REGISTERS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    ticket: str
    requester: _common_pb2.Organisation
    ssin: str
    quality_code: int
    period: _common_pb2.Period
    registers: _containers.RepeatedScalarFieldContainer[_common_pb2.Register]
    legal_context: str
    def __init__(self, request_id: _Optional[str] = ..., ticket: _Optional[str] = ..., requester: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., ssin: _Optional[str] = ..., quality_code: _Optional[int] = ..., period: _Optional[_Union[_common_pb2.Period, _Mapping]] = ..., registers: _Optional[_Iterable[_Union[_common_pb2.Register, str]]] = ..., legal_context: _Optional[str] = ...) -> None: ...

class DisintegrateResponse(_message.Message):
    __slots__ = ("decision", "revision", "period", "integrations", "opened", "closed")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    INTEGRATIONS_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_service_pb2.Decision
    revision: int
    period: _common_pb2.Period
    integrations: _containers.RepeatedCompositeFieldContainer[Integration]
    opened: _containers.RepeatedCompositeFieldContainer[Integration]
    closed: _containers.RepeatedCompositeFieldContainer[Integration]
    def __init__(self, decision: _Optional[_Union[_decision_service_pb2.Decision, _Mapping]] = ..., revision: _Optional[int] = ..., period: _Optional[_Union[_common_pb2.Period, _Mapping]] = ..., integrations: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ..., opened: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ..., closed: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ...) -> None: ...

class ListIntegrationsRequest(_message.Message):
    __slots__ = ("ticket", "requester", "ssin", "period", "register", "proof", "legal_context", "consistency")
    TICKET_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    SSIN_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    REGISTER_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    LEGAL_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    ticket: str
    requester: _common_pb2.Organisation
    ssin: str
    period: _common_pb2.Period
    register: RegisterView
    proof: _decision_service_pb2.Proof
    legal_context: str
    consistency: _decision_service_pb2.Consistency
    def __init__(self, ticket: _Optional[str] = ..., requester: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., ssin: _Optional[str] = ..., period: _Optional[_Union[_common_pb2.Period, _Mapping]] = ..., register: _Optional[_Union[RegisterView, str]] = ..., proof: _Optional[_Union[_decision_service_pb2.Proof, _Mapping]] = ..., legal_context: _Optional[str] = ..., consistency: _Optional[_Union[_decision_service_pb2.Consistency, _Mapping]] = ...) -> None: ...

class ListIntegrationsResponse(_message.Message):
    __slots__ = ("decision", "revision", "integrations")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    INTEGRATIONS_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_service_pb2.Decision
    revision: int
    integrations: _containers.RepeatedCompositeFieldContainer[Integration]
    def __init__(self, decision: _Optional[_Union[_decision_service_pb2.Decision, _Mapping]] = ..., revision: _Optional[int] = ..., integrations: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ...) -> None: ...

class ReplaceSsinRequest(_message.Message):
    __slots__ = ("request_id", "ticket", "requester", "old_ssin", "new_ssin", "legal_context")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    OLD_SSIN_FIELD_NUMBER: _ClassVar[int]
    NEW_SSIN_FIELD_NUMBER: _ClassVar[int]
    LEGAL_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    ticket: str
    requester: _common_pb2.Organisation
    old_ssin: str
    new_ssin: str
    legal_context: str
    def __init__(self, request_id: _Optional[str] = ..., ticket: _Optional[str] = ..., requester: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., old_ssin: _Optional[str] = ..., new_ssin: _Optional[str] = ..., legal_context: _Optional[str] = ...) -> None: ...

class ReplaceSsinResponse(_message.Message):
    __slots__ = ("decision", "revision", "current_ssin")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CURRENT_SSIN_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_service_pb2.Decision
    revision: int
    current_ssin: str
    def __init__(self, decision: _Optional[_Union[_decision_service_pb2.Decision, _Mapping]] = ..., revision: _Optional[int] = ..., current_ssin: _Optional[str] = ...) -> None: ...

class GetSsinHistoryRequest(_message.Message):
    __slots__ = ("ticket", "requester", "ssin", "legal_context", "consistency")
    TICKET_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    SSIN_FIELD_NUMBER: _ClassVar[int]
    LEGAL_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    ticket: str
    requester: _common_pb2.Organisation
    ssin: str
    legal_context: str
    consistency: _decision_service_pb2.Consistency
    def __init__(self, ticket: _Optional[str] = ..., requester: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., ssin: _Optional[str] = ..., legal_context: _Optional[str] = ..., consistency: _Optional[_Union[_decision_service_pb2.Consistency, _Mapping]] = ...) -> None: ...

class GetSsinHistoryResponse(_message.Message):
    __slots__ = ("decision", "revision", "current_ssin", "replacements")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CURRENT_SSIN_FIELD_NUMBER: _ClassVar[int]
    REPLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    decision: _decision_service_pb2.Decision
    revision: int
    current_ssin: str
    replacements: _containers.RepeatedCompositeFieldContainer[SsinReplacement]
    def __init__(self, decision: _Optional[_Union[_decision_service_pb2.Decision, _Mapping]] = ..., revision: _Optional[int] = ..., current_ssin: _Optional[str] = ..., replacements: _Optional[_Iterable[_Union[SsinReplacement, _Mapping]]] = ...) -> None: ...

class SsinReplacement(_message.Message):
    __slots__ = ("old_ssin", "new_ssin", "since_revision", "recorded_at")
    OLD_SSIN_FIELD_NUMBER: _ClassVar[int]
    NEW_SSIN_FIELD_NUMBER: _ClassVar[int]
    SINCE_REVISION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    old_ssin: str
    new_ssin: str
    since_revision: int
    recorded_at: _timestamp_pb2.Timestamp
    def __init__(self, old_ssin: _Optional[str] = ..., new_ssin: _Optional[str] = ..., since_revision: _Optional[int] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WatchIntegrationsRequest(_message.Message):
    __slots__ = ("after_revision", "organisation", "end_at_latest")
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    END_AT_LATEST_FIELD_NUMBER: _ClassVar[int]
    after_revision: int
    organisation: _common_pb2.Organisation
    end_at_latest: bool
    def __init__(self, after_revision: _Optional[int] = ..., organisation: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., end_at_latest: _Optional[bool] = ...) -> None: ...

class WatchIntegrationsResponse(_message.Message):
    __slots__ = ("revision", "recorded_at", "opened", "closed", "replacements", "continues")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    REPLACEMENTS_FIELD_NUMBER: _ClassVar[int]
    CONTINUES_FIELD_NUMBER: _ClassVar[int]
    revision: int
    recorded_at: _timestamp_pb2.Timestamp
    opened: _containers.RepeatedCompositeFieldContainer[Integration]
    closed: _containers.RepeatedCompositeFieldContainer[Integration]
    replacements: _containers.RepeatedCompositeFieldContainer[SsinReplacement]
    continues: bool
    def __init__(self, revision: _Optional[int] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., opened: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ..., closed: _Optional[_Iterable[_Union[Integration, _Mapping]]] = ..., replacements: _Optional[_Iterable[_Union[SsinReplacement, _Mapping]]] = ..., continues: _Optional[bool] = ...) -> None: ...

class ImportIntegrationsRequest(_message.Message):
    __slots__ = ("request_id", "rows")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    rows: _containers.RepeatedCompositeFieldContainer[IntegrationRow]
    def __init__(self, request_id: _Optional[str] = ..., rows: _Optional[_Iterable[_Union[IntegrationRow, _Mapping]]] = ...) -> None: ...

class IntegrationRow(_message.Message):
    __slots__ = ("ssin", "organisation", "sector", "quality_code", "begin_date", "end_date", "registers", "end_defaulted")
    SSIN_FIELD_NUMBER: _ClassVar[int]
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    BEGIN_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    REGISTERS_FIELD_NUMBER: _ClassVar[int]
    END_DEFAULTED_FIELD_NUMBER: _ClassVar[int]
    ssin: str
    organisation: str
    sector: int
    quality_code: int
    begin_date: str
    end_date: str
    registers: _containers.RepeatedScalarFieldContainer[_common_pb2.Register]
    end_defaulted: bool
    def __init__(self, ssin: _Optional[str] = ..., organisation: _Optional[str] = ..., sector: _Optional[int] = ..., quality_code: _Optional[int] = ..., begin_date: _Optional[str] = ..., end_date: _Optional[str] = ..., registers: _Optional[_Iterable[_Union[_common_pb2.Register, str]]] = ..., end_defaulted: _Optional[bool] = ...) -> None: ...

class ImportIntegrationsResponse(_message.Message):
    __slots__ = ("request_id", "revision", "imported_count", "not_imported")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    NOT_IMPORTED_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    revision: int
    imported_count: int
    not_imported: _containers.RepeatedCompositeFieldContainer[RowNotImported]
    def __init__(self, request_id: _Optional[str] = ..., revision: _Optional[int] = ..., imported_count: _Optional[int] = ..., not_imported: _Optional[_Iterable[_Union[RowNotImported, _Mapping]]] = ...) -> None: ...

class RowNotImported(_message.Message):
    __slots__ = ("index", "field", "description")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    index: int
    field: str
    description: str
    def __init__(self, index: _Optional[int] = ..., field: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class DirectoryEntry(_message.Message):
    __slots__ = ("organisation", "cbe_number", "sector", "institution", "kind", "region", "name", "since_revision")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    CBE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SINCE_REVISION_FIELD_NUMBER: _ClassVar[int]
    organisation: _common_pb2.Organisation
    cbe_number: str
    sector: int
    institution: int
    kind: _common_pb2.RequesterKind
    region: _common_pb2.Region
    name: str
    since_revision: int
    def __init__(self, organisation: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., cbe_number: _Optional[str] = ..., sector: _Optional[int] = ..., institution: _Optional[int] = ..., kind: _Optional[_Union[_common_pb2.RequesterKind, str]] = ..., region: _Optional[_Union[_common_pb2.Region, str]] = ..., name: _Optional[str] = ..., since_revision: _Optional[int] = ...) -> None: ...

class GetOrganisationRequest(_message.Message):
    __slots__ = ("organisation", "consistency")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    organisation: _common_pb2.Organisation
    consistency: _decision_service_pb2.Consistency
    def __init__(self, organisation: _Optional[_Union[_common_pb2.Organisation, _Mapping]] = ..., consistency: _Optional[_Union[_decision_service_pb2.Consistency, _Mapping]] = ...) -> None: ...

class GetOrganisationResponse(_message.Message):
    __slots__ = ("entry", "revision")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    entry: DirectoryEntry
    revision: int
    def __init__(self, entry: _Optional[_Union[DirectoryEntry, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class ListOrganisationsRequest(_message.Message):
    __slots__ = ("kind", "region", "sector", "page_size", "page_token", "consistency")
    KIND_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CONSISTENCY_FIELD_NUMBER: _ClassVar[int]
    kind: _common_pb2.RequesterKind
    region: _common_pb2.Region
    sector: int
    page_size: int
    page_token: str
    consistency: _decision_service_pb2.Consistency
    def __init__(self, kind: _Optional[_Union[_common_pb2.RequesterKind, str]] = ..., region: _Optional[_Union[_common_pb2.Region, str]] = ..., sector: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., consistency: _Optional[_Union[_decision_service_pb2.Consistency, _Mapping]] = ...) -> None: ...

class ListOrganisationsResponse(_message.Message):
    __slots__ = ("entries", "next_page_token", "revision")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[DirectoryEntry]
    next_page_token: str
    revision: int
    def __init__(self, entries: _Optional[_Iterable[_Union[DirectoryEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...
