"""The check of the inputs: which alternatives need none, and which conjunctions of the others can be tried (S30c)."""

from __future__ import annotations

from dataclasses import dataclass

from rules_service.decision import REQUEST_PERIOD, Reason, missing_inputs
from rules_service.errors import InvalidRequestError
from rules_service.model import Input, InputKind, MissingInput, NoControl, Undocumented
from rules_service.reference.alternatives import Alternative
from rules_service.reference.case import Case, Check
from rules_service.reference.normal_form import Conjunction


@dataclass(frozen=True, slots=True)
class Candidate:
    """An alternative to be tried; `conjunctions` are those whose inputs are there and that the code leaves possible.

    `names` are the inputs that these conjunctions read.
    """

    alternative: Alternative
    conjunctions: tuple[Conjunction, ...]
    names: frozenset[str]


def without_control(case: Case) -> Reason | None:
    """The reason that decides at once: some variant asks for no control (S19), or none is documented (S20)."""
    free = [each for each in case.alternatives if isinstance(each.variant.rule, NoControl)]
    if not free and any(each.is_control for each in case.alternatives):
        return None
    case.named = free[0] if free else case.named
    case.steps.append((Check.INTEGRATION, bool(free)))
    return Reason.NO_CONTROL if free else Reason.NO_RULE_DOCUMENTED


def candidates(case: Case) -> Reason | tuple[Candidate, ...]:
    """The alternatives to try, in order; or the reason why there is none to try.

    Raises:
        InvalidRequestError: persons, the end of a period, or every group of inputs is missing.
    """
    controls = [each for each in case.alternatives if each.is_control]
    _require_persons(controls, case)
    _require_ends(controls, case)
    holding_facts = [each for each in controls if not _lacks_facts(each, case)]
    found = tuple(candidate for each in holding_facts if (candidate := _candidate(each, case)).conjunctions)
    if found:
        case.named = found[0].alternative
        case.steps.append((Check.INPUTS, True))
        return found
    if len(holding_facts) < len(controls):
        case.steps.append((Check.INPUTS, False))
        return unmet(case)
    _require_inputs(holding_facts, case)
    # Nothing is missing: the stated code alone excludes every conjunction.
    case.steps += [(Check.INPUTS, True), (Check.INTEGRATION, False)]
    return unmet(case)


def unmet(case: Case) -> Reason:
    """The reason for a person for whom no candidate holds: an alternative that cannot be decided leaves it open."""
    if any(each.is_control and _lacks_facts(each, case) for each in case.alternatives):
        return Reason.FACTS_NOT_HELD
    undocumented = any(isinstance(each.variant.rule, Undocumented) for each in case.alternatives)
    return Reason.NO_RULE_DOCUMENTED if undocumented else Reason.NOT_INTEGRATED


def _candidate(alternative: Alternative, case: Case) -> Candidate:
    given = case.names_given
    tried = [(conjunction, names) for conjunction, names in _possible(alternative, case) if names <= given]
    names = frozenset().union(*(names for _, names in tried))
    return Candidate(alternative, tuple(conjunction for conjunction, _ in tried), names)


def _possible(alternative: Alternative, case: Case) -> list[tuple[Conjunction, frozenset[str]]]:
    """The conjunctions, with the names they read, that the stated code does not exclude (S13)."""
    form, asker = alternative.form, case.asker
    return [
        (conjunction, names)
        for conjunction, names in zip(form.conjunctions, alternative.names_of, strict=True)
        if all(asker.can_hold(leaf) for leaf in form.leaves_of(conjunction))
    ]


def _require_persons(controls: list[Alternative], case: Case) -> None:
    if not case.request.ssins and any(each.reads_integrations for each in controls):
        raise InvalidRequestError.of("ssins", "is missing; name at least one person")


def _require_ends(controls: list[Alternative], case: Case) -> None:
    open_ends = {period.name for period in case.request.periods if period.end is None}
    for each in controls:
        for name in sorted(open_ends & each.names - each.open_ends):
            where = name if name == REQUEST_PERIOD else f"periods[{name}].period"
            raise InvalidRequestError.of(f"{where}.end_date", "is missing; this operation needs a period with an end")


def _require_inputs(controls: list[Alternative], case: Case) -> None:
    groups = [names for each in controls for _, names in _possible(each, case)]
    if groups:
        raise missing_inputs(groups, case.names_given, case.library.ruleset.vocabulary)


def _lacks_facts(alternative: Alternative, case: Case) -> bool:
    needed = (each for each in alternative.variant.inputs if each.when_missing is MissingInput.FACTS_NOT_HELD)
    return any(not _is_given(each, case) for each in needed)


def _is_given(needed: Input, case: Case) -> bool:
    if needed.kind is InputKind.PARAMETER:
        return needed.name in case.request.parameters
    return needed.name in case.names_given
