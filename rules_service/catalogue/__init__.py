"""The ruleset as a catalogue: finding operations, and what stands beside each of them in the other files.

Read `traits` (what the rules of an operation look at), `codes` and `names` (how the network calls numbers), `related`
(what the documents say about an operation), `search` (operations by name and by filter).
"""

from rules_service.catalogue.codes import SectorCode, labelled_codes, named_codes, quality_codes, takes_any_code
from rules_service.catalogue.names import NetworkNames
from rules_service.catalogue.related import groups_of, mentions_of, users_of
from rules_service.catalogue.search import OperationFilter, operation_or_group, operations_that_fit
from rules_service.catalogue.traits import ConditionKind, assumptions_of, authorisations_of, condition_kinds

__all__ = [
    "ConditionKind",
    "NetworkNames",
    "OperationFilter",
    "SectorCode",
    "assumptions_of",
    "authorisations_of",
    "condition_kinds",
    "groups_of",
    "labelled_codes",
    "mentions_of",
    "named_codes",
    "operation_or_group",
    "operations_that_fit",
    "quality_codes",
    "takes_any_code",
    "users_of",
]
