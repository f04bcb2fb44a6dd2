"""The evaluator that explains: slow, obvious, straight from the model.

Reading order: `normal_form` and `alternatives` (a variant made ready); `case`, `checks`, `guards`, `information_types`,
`inputs` (everything before the register is read); `facts`, `evidence`, `trials` (one person's integrations);
`evaluator` (the decision); `explanation` (why), with `changes`, `near_misses`, `granted_dates` and the words they use;
`type_filter` (which information types may be given at all).
"""

from rules_service.reference.derivation import (
    AssumptionStep,
    AuthorisationStep,
    CheckStep,
    CitedSource,
    ClauseStep,
    ConjunctionStep,
    Derivation,
    Explanation,
    VariantStep,
)
from rules_service.reference.reference import Reference
from rules_service.reference.type_filter import FilteredType, InquiryPurpose, TypeQuestion, TypeVerdict, filter_types

__all__ = [
    "AssumptionStep",
    "AuthorisationStep",
    "CheckStep",
    "CitedSource",
    "ClauseStep",
    "ConjunctionStep",
    "Derivation",
    "Explanation",
    "FilteredType",
    "InquiryPurpose",
    "Reference",
    "TypeQuestion",
    "TypeVerdict",
    "VariantStep",
    "filter_types",
]
