"""Each pass of the compiler on the cases of its own fixture file: readable input, expected lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from rules_service.compile import MEANING, PASSES, SPEED, Pass, compile_ruleset
from rules_service.compile.alternatives import MOST_ALTERNATIVES, find_alternatives
from rules_service.compile.code_bits import assign_code_bits
from rules_service.compile.codes import separate_codes
from rules_service.compile.draft import Draft, first_draft
from rules_service.compile.layout import lay_out
from rules_service.compile.registers import separate_registers
from rules_service.compile.repetition import drop_repetition
from rules_service.errors import RuleAuthorError
from rules_service.load.document import Node
from rules_service.model import Ruleset
from rules_service.plan import OTHER_CODE_BIT
from tests.compile.notation import alternative_lines, code_ranges, condition_lines, plan_lines
from tests.compile.reading import condition_of, node_of, ruleset_of

FIXTURES = Path(__file__).parent / "fixtures"


def _conditions(draft: Draft) -> Iterator[str]:
    for condition in draft.conditions.values():
        yield from condition_lines(condition)


def _alternatives(draft: Draft) -> Iterator[str]:
    for alternatives in draft.alternatives.values():
        yield from alternative_lines(alternatives)


def _code_bits(draft: Draft) -> Iterator[str]:
    """Runs of codes and the bits they have, which must be a run as well."""
    for codes in code_ranges(draft.code_bits).split(", "):
        first, _, last = codes.partition("-")
        yield f"[{codes}] bits {draft.code_bits[int(first)]} to {draft.code_bits[int(last or first)]}"


def _plan(draft: Draft) -> Iterator[str]:
    assert draft.plan is not None
    return plan_lines(draft.plan)


SHOWN: dict[Pass, tuple[str, Callable[[Draft], Iterator[str]]]] = {
    separate_registers: ("registers", _conditions),
    separate_codes: ("codes", _conditions),
    find_alternatives: ("alternatives", _alternatives),
    drop_repetition: ("repetition", _alternatives),
    assign_code_bits: ("code_bits", _code_bits),
    lay_out: ("layout", _plan),
}


def _cases() -> Iterator[object]:
    for each, (file, _) in SHOWN.items():
        for case in node_of((FIXTURES / f"{file}.yaml").read_text(encoding="utf-8"))["cases"].items:
            yield pytest.param(each, case, id=f"{file}: {case['name'].string}")


def _input(case: Node) -> Ruleset:
    if "operations" in case:
        return ruleset_of(*case["operations"].items, groups=case.items_of("groups"))
    return ruleset_of(_operation("Only", case))


def _operation(name: str, variant: Node) -> Node:
    """An operation with one variant, of which only the integrations and the condition are kept."""
    kept = {key: node for key, node in variant.mapping.items() if key in ("integrations", "condition")}
    variants = Node("variants", variant.position, parts=(Node("", variant.position, entries=kept),))
    return Node("", variant.position, entries={"name": node_of(name), "variants": variants})


@pytest.mark.parametrize(("tested", "case"), list(_cases()))
def test_pass(tested: Pass, case: Node) -> None:
    """The draft is brought to the pass by those before it, and shown right after it."""
    draft = first_draft(_input(case))
    for each in [*takewhile(lambda each: each is not tested, PASSES), tested]:
        draft = each(draft)
    _, shown = SHOWN[tested]
    assert list(shown(draft)) == case["expect"].written.splitlines()


def test_every_pass_has_its_fixture_file() -> None:
    assert list(SHOWN) == list(PASSES)
    assert sorted(file for file, _ in SHOWN.values()) == sorted(path.stem for path in FIXTURES.iterdir())


def test_meaning_comes_first_and_speed_can_be_left_out() -> None:
    assert {*MEANING, *SPEED} == set(PASSES)
    assert not {*MEANING} & SPEED


def test_a_pass_changes_nothing_in_place() -> None:
    text = (
        "{integrations: {of: requester, codes: [1-9], register: both}, condition: {covers: validity, union: one_code}}"
    )
    draft = first_draft(ruleset_of(_operation("Only", node_of(text))))
    before = list(_conditions(draft))
    for each in PASSES:
        draft, earlier = each(draft), draft
        assert draft is not earlier
    assert list(_conditions(first_draft(draft.ruleset))) == before


def _nested_choices(count: int) -> str:
    choices = ", ".join(f"{{codes: [{code}], at: system_date}}" for code in range(1, count + 1))
    return f"{{any: [{choices}]}}"


def test_as_many_alternatives_as_allowed_compile() -> None:
    sixteen = _nested_choices(16)
    text = f"{{integrations: {{of: requester, codes: [1]}}, condition: {{all: [{sixteen}, {sixteen}]}}}}"
    plan = compile_ruleset(ruleset_of(_operation("Large", node_of(text))), MEANING)
    assert len(plan.conjunctions) == MOST_ALTERNATIVES == 256


def test_one_alternative_too_many_is_the_mistake_of_that_operation() -> None:
    good = _operation("Small", node_of("{integrations: {of: requester, codes: [1]}, condition: {at: system_date}}"))
    bad = f"{{integrations: {{of: requester, codes: [1], register: both}}, condition: {_nested_choices(17)}}}"
    with pytest.raises(RuleAuthorError) as caught:
        compile_ruleset(ruleset_of(good, _operation("TooLarge", node_of(bad))))
    (mistake,) = caught.value.mistakes
    assert (mistake.code, mistake.path, mistake.file) == ("CONDITION_TOO_LARGE", "TooLarge", "rules.yaml")
    assert "256" in mistake.message


def test_deeply_nested_choices_are_counted_without_being_written_out() -> None:
    """Two to the power of thirty alternatives would not fit into memory."""
    choice = _nested_choices(2)
    text = f"{{integrations: {{of: requester, codes: [1]}}, condition: {{all: [{', '.join([choice] * 30)}]}}}}"
    with pytest.raises(RuleAuthorError, match="Explosive"):
        compile_ruleset(ruleset_of(_operation("Explosive", node_of(text))))


def test_as_many_codes_as_bits_compile_and_one_more_is_a_mistake() -> None:
    """Ten codes of chapter 5 have their bit anyway: 1 to 9 and 30."""
    last = 100 + OTHER_CODE_BIT - 10 - 1
    text = "{{integrations: {{of: requester, codes: [100-{}]}}, condition: {{at: system_date}}}}"
    plan = compile_ruleset(ruleset_of(_operation("Full", node_of(text.format(last)))))
    assert sorted(plan.code_bits.values()) == list(range(OTHER_CODE_BIT))
    with pytest.raises(RuleAuthorError) as caught:
        compile_ruleset(ruleset_of(_operation("Overfull", node_of(text.format(last + 1)))))
    assert [(each.code, each.path) for each in caught.value.mistakes] == [("TOO_MANY_QUALITY_CODES", "Overfull")]


def test_one_code_of_any_is_a_mistake_of_that_operation() -> None:
    text = "{integrations: {of: requester, codes: any}, condition: {covers: validity, union: one_code}}"
    with pytest.raises(RuleAuthorError) as caught:
        compile_ruleset(ruleset_of(_operation("Vague", node_of(text))))
    assert [(each.code, each.path) for each in caught.value.mistakes] == [("ONE_CODE_OF_ANY", "Vague")]


def test_the_notation_writes_what_differs_differently() -> None:
    texts = [
        "{integrations: {of: requester, codes: [1]}, condition: {at: system_date}}",
        "{integrations: {of: requester_sector, codes: [1]}, condition: {at: system_date}}",
        "{integrations: {of: {sector: 17}, codes: [1]}, condition: {at: system_date}}",
        "{integrations: {of: {sector: 17, institution: 1}, codes: [1]}, condition: {at: system_date}}",
        "{integrations: {of: requester, codes: any}, condition: {at: system_date}}",
        "{integrations: {of: requester, codes: [1], register: secondary}, condition: {at: system_date}}",
        "{integrations: {of: requester, codes: [1], extended: begin - 5 years}, condition: {at: system_date}}",
        "{integrations: {of: requester, codes: [1]}, condition: {covers: system_date}}",
        "{integrations: {of: requester, codes: [1]}, condition: {covers: system_date, union: one_code}}",
        "{integrations: {of: requester, codes: [1]}, condition: {covers: system_date, union: one_integration}}",
        "{integrations: {of: requester, codes: [1]}, condition: {total_days: {at_least: 1, within: system_date}}}",
        "{integrations: {of: requester, codes: [1]}, condition: {total_days: {at_least: 2, within: system_date}}}",
        "{condition: {periods_overlap: [validity, quarter]}}",
    ]
    written = ["\n".join(condition_lines(condition_of(node_of(text)))) for text in texts]
    assert len(set(written)) == len(texts)
