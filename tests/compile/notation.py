"""Conditions and tables as short lines of text, so that anybody can read what a pass expects and gives.

requester [1-9, 30] primary: at system_date
sector 17 [any] secondary, begin - 5 years: covers request_period .. by one code
all
  ...
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rules_service.algebra import Window
from rules_service.model import (
    AllOf,
    AnyOf,
    Condition,
    Covers,
    Leaf,
    Overlaps,
    PeriodsOverlap,
    Selector,
    TotalDays,
    UnionScope,
)
from rules_service.plan import ANY_CODE, NO_INSTITUTION, ClauseRow, OperationRow, Plan, Scope, VariantRow

_TOGETHER = {
    UnionScope.ANY_CODE: "",
    UnionScope.ONE_CODE: ", one code alone",
    UnionScope.ONE_INTEGRATION: ", one integration alone",
}


def condition_lines(condition: Condition, indent: str = "") -> Iterator[str]:
    """The condition as a tree, two spaces deeper for each level."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            yield f"{indent}{'all' if isinstance(condition, AllOf) else 'any'}"
            for part in parts:
                yield from condition_lines(part, f"{indent}  ")
        case leaf:
            yield f"{indent}{leaf_text(leaf)}"


def alternative_lines(alternatives: Iterable[tuple[Leaf, ...]]) -> Iterator[str]:
    """One line for each alternative, its leaves joined."""
    return (" AND ".join(map(leaf_text, leaves)) for leaves in alternatives)


def leaf_text(leaf: Leaf) -> str:
    """One leaf: whose integrations, and what their days must do."""
    match leaf:
        case PeriodsOverlap(window, other):
            return f"{window_text(window)} shares a day with {window_text(other)}"
        case Covers(window, selector, union):
            return f"{_selector(selector)}: covers {window_text(window)}{_TOGETHER[union]}"
        case TotalDays(window, selector, at_least):
            return f"{_selector(selector)}: {at_least} days within {window_text(window)}"
        case Overlaps(window, selector):
            verb = "at" if window.begin == window.end else "overlaps"
            return f"{_selector(selector)}: {verb} {window_text(window)}"


def window_text(window: Window) -> str:
    """A window in its shortest form."""
    names = sorted(window.names)
    whole = len(names) == 1 and str(window) == f"{names[0]}.begin .. {names[0]}.end"
    if whole:
        return names[0]
    return str(window.begin) if window.begin == window.end else str(window)


def _selector(selector: Selector) -> str:
    whose = selector.whose.value
    if selector.sector is not None:
        whose = f"sector {selector.sector}" if selector.institution is None else _pair(selector.sector, selector)
    extended = "" if selector.extend_begin is None else f", begin {selector.extend_begin}"
    codes = "any" if selector.codes is None else code_ranges(selector.codes)
    return f"{whose} [{codes}] {selector.register.value}{extended}"


def _pair(sector: int, selector: Selector) -> str:
    return f"institution {sector}/{selector.institution}"


def code_ranges(codes: Iterable[int]) -> str:
    """Codes as rule authors write them: `1-3, 30`."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def plan_lines(plan: Plan) -> Iterator[str]:
    """The tables of a plan, from the operation down to the window, each row under its index."""
    for name, index in plan.names.items():
        yield f"name {name}: operation {index}"
    for name, parts in plan.groups.items():
        yield f"group {name}: {', '.join(parts)}"
    for index, operation in enumerate(plan.operations):
        yield f"operation {index}: {_operation(operation)}"
    for index, variant in enumerate(plan.variants):
        yield f"variant {index}: {_variant(variant, plan.code_bits)}"
    for index, conjunction in enumerate(plan.conjunctions):
        names = f", reads {' and '.join(sorted(conjunction.names))}" if conjunction.names else ""
        yield f"conjunction {index}: clauses {conjunction.first} to {conjunction.end}{names}"
    for index, clause in enumerate(plan.clauses):
        yield f"clause {index}: {_clause(clause, plan.code_bits)}"
    for index, window in enumerate(plan.windows):
        yield f"window {index}: {window_text(window)}"
    for row in plan.information_types:
        roles = f", only {' or '.join(sorted(row.user_roles))}" if row.user_roles else ""
        yield f"information type {row.number}: [{mask_text(row.codes, plan.code_bits)}]{roles}"


def _operation(row: OperationRow) -> str:
    flags = {
        "delivers information types": row.delivers_information_types,
        "wants a proof": row.proof_required,
        "refuses replaced numbers": row.refuses_replaced,
    }
    words = [row.name, row.status.name, f"variants {row.first} to {row.end}", *_basis(row)]
    words += [f"legal contexts {' '.join(sorted(row.legal_contexts))}"] if row.legal_contexts else []
    return ", ".join([*words, *(flag for flag, on in flags.items() if on)])


def _variant(row: VariantRow, bits: Mapping[int, int]) -> str:
    words = [row.name, row.rule.name, f"conjunctions {row.first} to {row.end}", *_basis(row), row.executed_by.name]
    if row.permitted_codes is not None:
        words.append(f"permits [{mask_text(row.permitted_codes, bits)}]")
    for name, values in row.guard.parameters:
        words.append(f"when {name} is {' or '.join(sorted(values))}")
    words += [f"when given {' and '.join(sorted(row.guard.given))}"] if row.guard.given else []
    words += [f"when not given {' or '.join(sorted(row.guard.not_given))}"] if row.guard.not_given else []
    words += [f"when {'some' if row.guard.persons else 'no'} persons"] if row.guard.persons is not None else []
    words += [f"for {' or '.join(each.kind.name for each in row.guard.requesters)}"] if row.guard.requesters else []
    for each in row.inputs:
        words.append(
            f"input {each.name}" + " open at the end" * each.optional_end + " or no facts" * each.facts_when_missing
        )
    return ", ".join([*words, *(["needs persons"] if row.needs_persons else [])])


def _basis(row: OperationRow | VariantRow) -> list[str]:
    return [*(["by " + " and ".join(row.authorisations)] if row.authorisations else []), *row.assumptions]


def _clause(row: ClauseRow, bits: Mapping[int, int]) -> str:
    if row.other_window is not None:
        return f"{row.scope.name} {row.predicate.name} window {row.window} and window {row.other_window}"
    sector = f" {row.sector}" if row.scope in (Scope.SECTOR, Scope.INSTITUTION) else ""
    institution = "" if row.institution == NO_INSTITUTION else f"/{row.institution}"
    register = "secondary" if row.secondary else "primary"
    threshold = f" {row.threshold}" if row.threshold else ""
    extended = "" if row.extend_begin is None else f", begin {row.extend_begin}"
    codes = mask_text(row.code_mask, bits)
    return (
        f"{row.scope.name}{sector}{institution} [{codes}] {register}{extended}, "
        f"{row.predicate.name}{threshold} window {row.window}"
    )


def mask_text(mask: int, bits: Mapping[int, int]) -> str:
    """The codes of a mask; `any` where the bit of unnamed codes is in it, with what is left out."""
    named = {code for code, bit in bits.items() if mask >> bit & 1}
    if not mask >> 63 & 1:
        return code_ranges(named)
    assert mask | sum(1 << bit for bit in bits.values()) == ANY_CODE
    missing = code_ranges(bits.keys() - named)
    return f"any but {missing}" if missing else "any"
