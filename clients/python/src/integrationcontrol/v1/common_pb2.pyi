from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Register(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REGISTER_UNSPECIFIED: _ClassVar[Register]
    REGISTER_PRIMARY: _ClassVar[Register]
    REGISTER_SECONDARY: _ClassVar[Register]

class RequesterKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REQUESTER_KIND_UNSPECIFIED: _ClassVar[RequesterKind]
    REQUESTER_KIND_CPAS: _ClassVar[RequesterKind]
    REQUESTER_KIND_ASSOCIATION_CHAPTER_XII: _ClassVar[RequesterKind]
    REQUESTER_KIND_PARTNER: _ClassVar[RequesterKind]
    REQUESTER_KIND_OTHER: _ClassVar[RequesterKind]

class Region(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REGION_UNSPECIFIED: _ClassVar[Region]
    REGION_FLANDERS: _ClassVar[Region]
    REGION_WALLONIA: _ClassVar[Region]
    REGION_BRUSSELS: _ClassVar[Region]

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_GRANTED: _ClassVar[Outcome]
    OUTCOME_REFUSED: _ClassVar[Outcome]
    OUTCOME_INDETERMINATE: _ClassVar[Outcome]

class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REASON_UNSPECIFIED: _ClassVar[Reason]
    REASON_RULE_SATISFIED: _ClassVar[Reason]
    REASON_NO_CONTROL: _ClassVar[Reason]
    REASON_OPERATION_NOT_AVAILABLE: _ClassVar[Reason]
    REASON_OPERATION_REMOVED: _ClassVar[Reason]
    REASON_REQUESTER_NOT_AUTHORISED: _ClassVar[Reason]
    REASON_REGION_NOT_AUTHORISED: _ClassVar[Reason]
    REASON_LEGAL_CONTEXT_NOT_AUTHORISED: _ClassVar[Reason]
    REASON_QUALITY_CODE_NOT_PERMITTED: _ClassVar[Reason]
    REASON_INFORMATION_TYPE_NOT_PERMITTED: _ClassVar[Reason]
    REASON_PROOF_MISSING: _ClassVar[Reason]
    REASON_PROOF_INCORRECT: _ClassVar[Reason]
    REASON_SSIN_REPLACED: _ClassVar[Reason]
    REASON_NOT_INTEGRATED: _ClassVar[Reason]
    REASON_NO_RULE_DOCUMENTED: _ClassVar[Reason]
    REASON_FACTS_NOT_HELD: _ClassVar[Reason]

class ExecutedBy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXECUTED_BY_UNSPECIFIED: _ClassVar[ExecutedBy]
    EXECUTED_BY_BCSS: _ClassVar[ExecutedBy]
    EXECUTED_BY_SMALS: _ClassVar[ExecutedBy]
    EXECUTED_BY_SPP_IS: _ClassVar[ExecutedBy]
    EXECUTED_BY_VDI: _ClassVar[ExecutedBy]
REGISTER_UNSPECIFIED: Register
REGISTER_PRIMARY: Register
REGISTER_SECONDARY: Register
REQUESTER_KIND_UNSPECIFIED: RequesterKind
REQUESTER_KIND_CPAS: RequesterKind
REQUESTER_KIND_ASSOCIATION_CHAPTER_XII: RequesterKind
REQUESTER_KIND_PARTNER: RequesterKind
REQUESTER_KIND_OTHER: RequesterKind
REGION_UNSPECIFIED: Region
REGION_FLANDERS: Region
REGION_WALLONIA: Region
REGION_BRUSSELS: Region
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_GRANTED: Outcome
OUTCOME_REFUSED: Outcome
OUTCOME_INDETERMINATE: Outcome
REASON_UNSPECIFIED: Reason
REASON_RULE_SATISFIED: Reason
REASON_NO_CONTROL: Reason
REASON_OPERATION_NOT_AVAILABLE: Reason
REASON_OPERATION_REMOVED: Reason
REASON_REQUESTER_NOT_AUTHORISED: Reason
REASON_REGION_NOT_AUTHORISED: Reason
REASON_LEGAL_CONTEXT_NOT_AUTHORISED: Reason
REASON_QUALITY_CODE_NOT_PERMITTED: Reason
REASON_INFORMATION_TYPE_NOT_PERMITTED: Reason
REASON_PROOF_MISSING: Reason
REASON_PROOF_INCORRECT: Reason
REASON_SSIN_REPLACED: Reason
REASON_NOT_INTEGRATED: Reason
REASON_NO_RULE_DOCUMENTED: Reason
REASON_FACTS_NOT_HELD: Reason
EXECUTED_BY_UNSPECIFIED: ExecutedBy
EXECUTED_BY_BCSS: ExecutedBy
EXECUTED_BY_SMALS: ExecutedBy
EXECUTED_BY_SPP_IS: ExecutedBy
EXECUTED_BY_VDI: ExecutedBy

class Organisation(_message.Message):
    __slots__ = ("cbe_number", "sector", "institution")
    CBE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SECTOR_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    cbe_number: str
    sector: int
    institution: int
    def __init__(self, cbe_number: _Optional[str] = ..., sector: _Optional[int] = ..., institution: _Optional[int] = ...) -> None: ...

class Period(_message.Message):
    __slots__ = ("begin_date", "end_date")
    BEGIN_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    begin_date: str
    end_date: str
    def __init__(self, begin_date: _Optional[str] = ..., end_date: _Optional[str] = ...) -> None: ...
