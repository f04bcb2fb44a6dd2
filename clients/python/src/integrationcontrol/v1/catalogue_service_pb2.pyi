from integrationcontrol.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Permission(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PERMISSION_UNSPECIFIED: _ClassVar[Permission]
    PERMISSION_ALLOWED: _ClassVar[Permission]
    PERMISSION_NOT_ALLOWED: _ClassVar[Permission]
    PERMISSION_UNKNOWN: _ClassVar[Permission]
PERMISSION_UNSPECIFIED: Permission
PERMISSION_ALLOWED: Permission
PERMISSION_NOT_ALLOWED: Permission
PERMISSION_UNKNOWN: Permission

class ListOperationsRequest(_message.Message):
    __slots__ = ("section", "page_size", "page_token", "quality_code", "condition", "supplier", "state", "kind", "requester")
    SECTION_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    QUALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    SUPPLIER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REQUESTER_FIELD_NUMBER: _ClassVar[int]
    section: str
    page_size: int
    page_token: str
    quality_code: int
    condition: str
    supplier: str
    state: str
    kind: str
    requester: str
    def __init__(self, section: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., quality_code: _Optional[int] = ..., condition: _Optional[str] = ..., supplier: _Optional[str] = ..., state: _Optional[str] = ..., kind: _Optional[str] = ..., requester: _Optional[str] = ...) -> None: ...

class ListOperationsResponse(_message.Message):
    __slots__ = ("operations", "next_page_token")
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    operations: _containers.RepeatedCompositeFieldContainer[Operation]
    next_page_token: str
    def __init__(self, operations: _Optional[_Iterable[_Union[Operation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetOperationRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetOperationResponse(_message.Message):
    __slots__ = ("operation",)
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    operation: Operation
    def __init__(self, operation: _Optional[_Union[Operation, _Mapping]] = ...) -> None: ...

class Text(_message.Message):
    __slots__ = ("fr", "nl", "en", "de")
    FR_FIELD_NUMBER: _ClassVar[int]
    NL_FIELD_NUMBER: _ClassVar[int]
    EN_FIELD_NUMBER: _ClassVar[int]
    DE_FIELD_NUMBER: _ClassVar[int]
    fr: str
    nl: str
    en: str
    de: str
    def __init__(self, fr: _Optional[str] = ..., nl: _Optional[str] = ..., en: _Optional[str] = ..., de: _Optional[str] = ...) -> None: ...

class Operation(_message.Message):
    __slots__ = ("name", "aliases", "title", "kind", "state", "successor", "supplier", "recipient", "purposes", "authorisations", "assumptions", "sources", "variants", "proof_required", "delivers_information_types", "all_or_nothing", "alias_states", "groups", "functionality", "requesters", "missions", "legal_basis", "ambiguities")
    class AliasStatesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_FIELD_NUMBER: _ClassVar[int]
    SUPPLIER_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    PURPOSES_FIELD_NUMBER: _ClassVar[int]
    AUTHORISATIONS_FIELD_NUMBER: _ClassVar[int]
    ASSUMPTIONS_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    PROOF_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    DELIVERS_INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    ALL_OR_NOTHING_FIELD_NUMBER: _ClassVar[int]
    ALIAS_STATES_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    FUNCTIONALITY_FIELD_NUMBER: _ClassVar[int]
    REQUESTERS_FIELD_NUMBER: _ClassVar[int]
    MISSIONS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    AMBIGUITIES_FIELD_NUMBER: _ClassVar[int]
    name: str
    aliases: _containers.RepeatedScalarFieldContainer[str]
    title: Text
    kind: str
    state: str
    successor: str
    supplier: str
    recipient: str
    purposes: _containers.RepeatedScalarFieldContainer[str]
    authorisations: _containers.RepeatedScalarFieldContainer[str]
    assumptions: _containers.RepeatedScalarFieldContainer[str]
    sources: _containers.RepeatedCompositeFieldContainer[SourceLines]
    variants: _containers.RepeatedCompositeFieldContainer[Variant]
    proof_required: bool
    delivers_information_types: bool
    all_or_nothing: bool
    alias_states: _containers.ScalarMap[str, str]
    groups: _containers.RepeatedScalarFieldContainer[str]
    functionality: Text
    requesters: _containers.RepeatedCompositeFieldContainer[RequesterClass]
    missions: _containers.RepeatedCompositeFieldContainer[Text]
    legal_basis: _containers.RepeatedScalarFieldContainer[str]
    ambiguities: _containers.RepeatedCompositeFieldContainer[Ambiguity]
    def __init__(self, name: _Optional[str] = ..., aliases: _Optional[_Iterable[str]] = ..., title: _Optional[_Union[Text, _Mapping]] = ..., kind: _Optional[str] = ..., state: _Optional[str] = ..., successor: _Optional[str] = ..., supplier: _Optional[str] = ..., recipient: _Optional[str] = ..., purposes: _Optional[_Iterable[str]] = ..., authorisations: _Optional[_Iterable[str]] = ..., assumptions: _Optional[_Iterable[str]] = ..., sources: _Optional[_Iterable[_Union[SourceLines, _Mapping]]] = ..., variants: _Optional[_Iterable[_Union[Variant, _Mapping]]] = ..., proof_required: _Optional[bool] = ..., delivers_information_types: _Optional[bool] = ..., all_or_nothing: _Optional[bool] = ..., alias_states: _Optional[_Mapping[str, str]] = ..., groups: _Optional[_Iterable[str]] = ..., functionality: _Optional[_Union[Text, _Mapping]] = ..., requesters: _Optional[_Iterable[_Union[RequesterClass, _Mapping]]] = ..., missions: _Optional[_Iterable[_Union[Text, _Mapping]]] = ..., legal_basis: _Optional[_Iterable[str]] = ..., ambiguities: _Optional[_Iterable[_Union[Ambiguity, _Mapping]]] = ...) -> None: ...

class RequesterClass(_message.Message):
    __slots__ = ("kind", "sector", "institution", "regions", "partner")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    REGIONS_FIELD_NUMBER: _ClassVar[int]
    PARTNER_FIELD_NUMBER: _ClassVar[int]
    kind: _common_pb2.RequesterKind
    sector: int
    institution: int
    regions: _containers.RepeatedScalarFieldContainer[_common_pb2.Region]
    partner: str
    def __init__(self, kind: _Optional[_Union[_common_pb2.RequesterKind, str]] = ..., sector: _Optional[int] = ..., institution: _Optional[int] = ..., regions: _Optional[_Iterable[_Union[_common_pb2.Region, str]]] = ..., partner: _Optional[str] = ...) -> None: ...

class Ambiguity(_message.Message):
    __slots__ = ("about", "readings", "chosen", "why")
    ABOUT_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    about: str
    readings: _containers.RepeatedScalarFieldContainer[str]
    chosen: str
    why: str
    def __init__(self, about: _Optional[str] = ..., readings: _Optional[_Iterable[str]] = ..., chosen: _Optional[str] = ..., why: _Optional[str] = ...) -> None: ...

class SourceLines(_message.Message):
    __slots__ = ("document", "section", "lines")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    SECTION_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    document: str
    section: str
    lines: str
    def __init__(self, document: _Optional[str] = ..., section: _Optional[str] = ..., lines: _Optional[str] = ...) -> None: ...

class Variant(_message.Message):
    __slots__ = ("name", "in_words", "alternatives", "input_groups", "parameters", "executed_by", "no_control_reason", "requesters", "authorisations", "assumptions", "not_given")
    NAME_FIELD_NUMBER: _ClassVar[int]
    IN_WORDS_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    INPUT_GROUPS_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    EXECUTED_BY_FIELD_NUMBER: _ClassVar[int]
    NO_CONTROL_REASON_FIELD_NUMBER: _ClassVar[int]
    REQUESTERS_FIELD_NUMBER: _ClassVar[int]
    AUTHORISATIONS_FIELD_NUMBER: _ClassVar[int]
    ASSUMPTIONS_FIELD_NUMBER: _ClassVar[int]
    NOT_GIVEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    in_words: Text
    alternatives: _containers.RepeatedScalarFieldContainer[str]
    input_groups: _containers.RepeatedCompositeFieldContainer[InputGroup]
    parameters: _containers.RepeatedScalarFieldContainer[str]
    executed_by: _common_pb2.ExecutedBy
    no_control_reason: str
    requesters: _containers.RepeatedCompositeFieldContainer[RequesterClass]
    authorisations: _containers.RepeatedScalarFieldContainer[str]
    assumptions: _containers.RepeatedScalarFieldContainer[str]
    not_given: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., in_words: _Optional[_Union[Text, _Mapping]] = ..., alternatives: _Optional[_Iterable[str]] = ..., input_groups: _Optional[_Iterable[_Union[InputGroup, _Mapping]]] = ..., parameters: _Optional[_Iterable[str]] = ..., executed_by: _Optional[_Union[_common_pb2.ExecutedBy, str]] = ..., no_control_reason: _Optional[str] = ..., requesters: _Optional[_Iterable[_Union[RequesterClass, _Mapping]]] = ..., authorisations: _Optional[_Iterable[str]] = ..., assumptions: _Optional[_Iterable[str]] = ..., not_given: _Optional[_Iterable[str]] = ...) -> None: ...

class InputGroup(_message.Message):
    __slots__ = ("names",)
    NAMES_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, names: _Optional[_Iterable[str]] = ...) -> None: ...

class ListQualityCodesRequest(_message.Message):
    __slots__ = ("sector",)
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    sector: int
    def __init__(self, sector: _Optional[int] = ...) -> None: ...

class ListQualityCodesResponse(_message.Message):
    __slots__ = ("quality_codes",)
    QUALITY_CODES_FIELD_NUMBER: _ClassVar[int]
    quality_codes: _containers.RepeatedCompositeFieldContainer[QualityCode]
    def __init__(self, quality_codes: _Optional[_Iterable[_Union[QualityCode, _Mapping]]] = ...) -> None: ...

class QualityCode(_message.Message):
    __slots__ = ("code", "label", "maximum_duration", "sector", "source", "default_end")
    CODE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_DURATION_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_END_FIELD_NUMBER: _ClassVar[int]
    code: int
    label: Text
    maximum_duration: str
    sector: int
    source: SourceLines
    default_end: str
    def __init__(self, code: _Optional[int] = ..., label: _Optional[_Union[Text, _Mapping]] = ..., maximum_duration: _Optional[str] = ..., sector: _Optional[int] = ..., source: _Optional[_Union[SourceLines, _Mapping]] = ..., default_end: _Optional[str] = ...) -> None: ...

class ListInformationTypesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListInformationTypesResponse(_message.Message):
    __slots__ = ("information_types",)
    INFORMATION_TYPES_FIELD_NUMBER: _ClassVar[int]
    information_types: _containers.RepeatedCompositeFieldContainer[InformationType]
    def __init__(self, information_types: _Optional[_Iterable[_Union[InformationType, _Mapping]]] = ...) -> None: ...

class InformationType(_message.Message):
    __slots__ = ("number", "content", "legal_basis", "applicant", "debtor", "user_roles", "legal_reference", "remark", "source")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    APPLICANT_FIELD_NUMBER: _ClassVar[int]
    DEBTOR_FIELD_NUMBER: _ClassVar[int]
    USER_ROLES_FIELD_NUMBER: _ClassVar[int]
    LEGAL_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    number: str
    content: str
    legal_basis: str
    applicant: Permission
    debtor: Permission
    user_roles: _containers.RepeatedScalarFieldContainer[str]
    legal_reference: str
    remark: str
    source: SourceLines
    def __init__(self, number: _Optional[str] = ..., content: _Optional[str] = ..., legal_basis: _Optional[str] = ..., applicant: _Optional[_Union[Permission, str]] = ..., debtor: _Optional[_Union[Permission, str]] = ..., user_roles: _Optional[_Iterable[str]] = ..., legal_reference: _Optional[str] = ..., remark: _Optional[str] = ..., source: _Optional[_Union[SourceLines, _Mapping]] = ...) -> None: ...

class ListDataUsersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListDataUsersResponse(_message.Message):
    __slots__ = ("data_users",)
    DATA_USERS_FIELD_NUMBER: _ClassVar[int]
    data_users: _containers.RepeatedCompositeFieldContainer[DataUser]
    def __init__(self, data_users: _Optional[_Iterable[_Union[DataUser, _Mapping]]] = ...) -> None: ...

class DataUser(_message.Message):
    __slots__ = ("name", "purpose", "operations", "partner", "remark", "source")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    PARTNER_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    purpose: Text
    operations: _containers.RepeatedScalarFieldContainer[str]
    partner: str
    remark: str
    source: SourceLines
    def __init__(self, name: _Optional[str] = ..., purpose: _Optional[_Union[Text, _Mapping]] = ..., operations: _Optional[_Iterable[str]] = ..., partner: _Optional[str] = ..., remark: _Optional[str] = ..., source: _Optional[_Union[SourceLines, _Mapping]] = ...) -> None: ...

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("limits", "ruleset_digest", "operation_count", "engines", "version", "register_revision", "integration_count", "permissions", "operations_beyond_columns", "process_count")
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    RULESET_DIGEST_FIELD_NUMBER: _ClassVar[int]
    OPERATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    ENGINES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REGISTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    INTEGRATION_COUNT_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_BEYOND_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    PROCESS_COUNT_FIELD_NUMBER: _ClassVar[int]
    limits: Limits
    ruleset_digest: str
    operation_count: int
    engines: _containers.RepeatedScalarFieldContainer[str]
    version: str
    register_revision: int
    integration_count: int
    permissions: _containers.RepeatedScalarFieldContainer[str]
    operations_beyond_columns: _containers.RepeatedScalarFieldContainer[str]
    process_count: int
    def __init__(self, limits: _Optional[_Union[Limits, _Mapping]] = ..., ruleset_digest: _Optional[str] = ..., operation_count: _Optional[int] = ..., engines: _Optional[_Iterable[str]] = ..., version: _Optional[str] = ..., register_revision: _Optional[int] = ..., integration_count: _Optional[int] = ..., permissions: _Optional[_Iterable[str]] = ..., operations_beyond_columns: _Optional[_Iterable[str]] = ..., process_count: _Optional[int] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_batch_size", "max_message_bytes", "max_persons", "max_named_values", "max_integrations", "max_streams", "max_batch_persons", "max_columns_rows", "max_columns_persons", "max_columns_looks")
    MAX_BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_PERSONS_FIELD_NUMBER: _ClassVar[int]
    MAX_NAMED_VALUES_FIELD_NUMBER: _ClassVar[int]
    MAX_INTEGRATIONS_FIELD_NUMBER: _ClassVar[int]
    MAX_STREAMS_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_PERSONS_FIELD_NUMBER: _ClassVar[int]
    MAX_COLUMNS_ROWS_FIELD_NUMBER: _ClassVar[int]
    MAX_COLUMNS_PERSONS_FIELD_NUMBER: _ClassVar[int]
    MAX_COLUMNS_LOOKS_FIELD_NUMBER: _ClassVar[int]
    max_batch_size: int
    max_message_bytes: int
    max_persons: int
    max_named_values: int
    max_integrations: int
    max_streams: int
    max_batch_persons: int
    max_columns_rows: int
    max_columns_persons: int
    max_columns_looks: int
    def __init__(self, max_batch_size: _Optional[int] = ..., max_message_bytes: _Optional[int] = ..., max_persons: _Optional[int] = ..., max_named_values: _Optional[int] = ..., max_integrations: _Optional[int] = ..., max_streams: _Optional[int] = ..., max_batch_persons: _Optional[int] = ..., max_columns_rows: _Optional[int] = ..., max_columns_persons: _Optional[int] = ..., max_columns_looks: _Optional[int] = ...) -> None: ...
