"""What is asked, what is known, what is answered; and the protocol by which evaluators read a register."""

from rules_service.decision.answer import (
    Decision,
    OfficialStatus,
    Outcome,
    PersonDecision,
    Reason,
    official_status,
    outcome_of_persons,
)
from rules_service.decision.checking import (
    PeriodFields,
    RequestFields,
    RequestVocabulary,
    check_counts,
    check_request,
)
from rules_service.decision.columns import ColumnarRegister
from rules_service.decision.decision_columns import DecisionColumns
from rules_service.decision.facts import InlineRegister, Integration, RegisterReader, register_chain_order
from rules_service.decision.interned import Interned
from rules_service.decision.missing import missing_inputs, unselected
from rules_service.decision.request import (
    REFERENCE_YEAR,
    REQUEST_PERIOD,
    SYSTEM_DATE,
    USER_ROLE,
    DecisionRequest,
    NamedDate,
    NamedPeriod,
    Proof,
    RequestShape,
    too_many_cases,
)
from rules_service.decision.request_columns import Look, RequestColumns, ValueName

__all__ = [
    "REFERENCE_YEAR",
    "REQUEST_PERIOD",
    "SYSTEM_DATE",
    "USER_ROLE",
    "ColumnarRegister",
    "Decision",
    "DecisionColumns",
    "DecisionRequest",
    "InlineRegister",
    "Integration",
    "Interned",
    "Look",
    "NamedDate",
    "NamedPeriod",
    "OfficialStatus",
    "Outcome",
    "PeriodFields",
    "PersonDecision",
    "Proof",
    "Reason",
    "RegisterReader",
    "RequestColumns",
    "RequestFields",
    "RequestShape",
    "RequestVocabulary",
    "ValueName",
    "check_counts",
    "check_request",
    "missing_inputs",
    "official_status",
    "outcome_of_persons",
    "register_chain_order",
    "too_many_cases",
    "unselected",
]
