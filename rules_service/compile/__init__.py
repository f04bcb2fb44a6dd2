"""From the model to the plan: small pure passes in a fixed order. This file is the compiler's table of contents.

A pass takes a draft and gives the next one; nothing else is read and nothing is changed in place. Passes for meaning
come first. `MEANING` alone gives a plan that decides the same as `PASSES`, only slower.
"""

from __future__ import annotations

from collections.abc import Callable

from rules_service.compile.alternatives import find_alternatives
from rules_service.compile.code_bits import assign_code_bits
from rules_service.compile.codes import separate_codes
from rules_service.compile.draft import Draft, first_draft
from rules_service.compile.layout import lay_out
from rules_service.compile.registers import separate_registers
from rules_service.compile.repetition import drop_repetition
from rules_service.errors import InternalError
from rules_service.model import Ruleset
from rules_service.plan import Plan, seal

Pass = Callable[[Draft], Draft]

PASSES: tuple[Pass, ...] = (
    separate_registers,  # "in both registers" -> one condition for each of the two (S14)
    separate_codes,  # "under one of the codes" -> one condition for each code (S9)
    find_alternatives,  # nested all/any -> an any-of of all-of leaves
    drop_repetition,  # the same leaf or alternative twice (speed)
    assign_code_bits,  # quality codes -> bits of a mask
    lay_out,  # leaves -> rows of flat tables
)
SPEED: frozenset[Pass] = frozenset({drop_repetition})
MEANING: tuple[Pass, ...] = tuple(each for each in PASSES if each not in SPEED)


def compile_ruleset(ruleset: Ruleset, passes: tuple[Pass, ...] = PASSES) -> Plan:
    """The plan of a ruleset, sealed with its digest.

    Raises:
        RuleAuthorError: a condition is too large, or too many quality codes are named.
    """
    draft = first_draft(ruleset)
    for each in passes:
        draft = each(draft)
    if draft.plan is None:
        raise InternalError("the passes end without a plan")
    return seal(draft.plan)


__all__ = ["MEANING", "PASSES", "SPEED", "Pass", "compile_ruleset"]
