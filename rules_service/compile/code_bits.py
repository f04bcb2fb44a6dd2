"""Pass: every quality code that some rule names gets a bit, so that a set of codes is one 64-bit mask."""

from __future__ import annotations

from dataclasses import replace

from rules_service.compile.draft import Draft, mistake_in
from rules_service.model import PeriodsOverlap
from rules_service.plan import OTHER_CODE_BIT

APPLICANT_CODES = frozenset(range(1, 10))
DEBTOR_CODES = frozenset({30})
"""The codes under which the two columns of chapter 5 are read (S30b)."""


def assign_code_bits(draft: Draft) -> Draft:
    """The bits are given in the order of the codes; codes that no rule names share the last bit (S13).

    Raises:
        RuleAuthorError: more codes are named than a mask has bits.
    """
    codes = set(APPLICANT_CODES | DEBTOR_CODES)
    for (which, _), alternatives in draft.alternatives.items():
        for leaf in (leaf for leaves in alternatives for leaf in leaves):
            if not isinstance(leaf, PeriodsOverlap):
                codes |= leaf.selector.codes or frozenset()
        if len(codes) > OTHER_CODE_BIT:
            message = f"the rulesets name more than {OTHER_CODE_BIT} quality codes up to here"
            raise mistake_in(draft.ruleset.operations[which], "TOO_MANY_QUALITY_CODES", message)
    return replace(draft, code_bits={code: bit for bit, code in enumerate(sorted(codes))})
