"""Pass: nested `all` and `any` become one any-of of all-of leaves, from left to right."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, product
from math import prod

from rules_service.compile.draft import Alternatives, Draft, mistake_in
from rules_service.model import AllOf, AnyOf, Condition

MOST_ALTERNATIVES = 256


def find_alternatives(draft: Draft) -> Draft:
    """The order is that of the text, which decides what an answer quotes when several alternatives hold.

    Raises:
        RuleAuthorError: a condition has more than 256 alternatives.
    """
    for (which, _), condition in draft.conditions.items():
        if _count(condition) > MOST_ALTERNATIVES:
            message = f"a condition has more than {MOST_ALTERNATIVES} alternatives; split the operation into variants"
            raise mistake_in(draft.ruleset.operations[which], "CONDITION_TOO_LARGE", message)
    return replace(draft, alternatives={key: _alternatives(each) for key, each in draft.conditions.items()})


def _count(condition: Condition) -> int:
    match condition:
        case AllOf(parts):
            return prod(map(_count, parts))
        case AnyOf(parts):
            return sum(map(_count, parts))
        case _:
            return 1


def _alternatives(condition: Condition) -> Alternatives:
    match condition:
        case AllOf(parts):
            return tuple(tuple(chain(*chosen)) for chosen in product(*map(_alternatives, parts)))
        case AnyOf(parts):
            return tuple(chain(*map(_alternatives, parts)))
        case leaf:
            return ((leaf,),)
