"""Messages to and from what they mean; the command line converts by the same functions as the server."""

from rules_service.serve.convert.answers import batch_decision_message, decision_message
from rules_service.serve.convert.consistency import Consistency, consistency_of
from rules_service.serve.convert.explanations import derivation_message
from rules_service.serve.convert.information_types import filtered_type_message, type_question_of
from rules_service.serve.convert.inline import inline_register_of
from rules_service.serve.convert.recipients import mutation_of, recipients_message
from rules_service.serve.convert.renaming import fields_renamed
from rules_service.serve.convert.requests import Asked, RequestContext, asked_of, fields_of, is_inline, request_of

__all__ = [
    "Asked",
    "Consistency",
    "RequestContext",
    "asked_of",
    "batch_decision_message",
    "consistency_of",
    "decision_message",
    "derivation_message",
    "fields_of",
    "fields_renamed",
    "filtered_type_message",
    "inline_register_of",
    "is_inline",
    "mutation_of",
    "recipients_message",
    "request_of",
    "type_question_of",
]
