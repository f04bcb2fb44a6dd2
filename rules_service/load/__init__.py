"""From YAML to the model: every file is read, every mistake is found and placed.

Read in this order: `document` and `reader` (a file as a tree that knows its places), `formats` and `structure`
(the schema of each kind of file, and the check by it), `building` (trees become the model), `lint`, `rulesets`,
`cases`, `sources`.
"""

from rules_service.load.case import Case, Expectation
from rules_service.load.cases import check_cases, load_cases
from rules_service.load.codes import Code
from rules_service.load.rulesets import check_rulesets, load_rulesets
from rules_service.load.sources import (
    SourceMissingError,
    SourceTexts,
    fill_fingerprints,
    fingerprint,
    verify_sources,
)

__all__ = [
    "Case",
    "Code",
    "Expectation",
    "SourceMissingError",
    "SourceTexts",
    "check_cases",
    "check_rulesets",
    "fill_fingerprints",
    "fingerprint",
    "load_cases",
    "load_rulesets",
    "verify_sources",
]
