"""The passes for speed change no answer: a plan made without them decides the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

from rules_service.compile import MEANING, PASSES, compile_ruleset
from rules_service.decision import Decision, DecisionRequest, RegisterReader, check_request
from rules_service.errors import CallerError
from rules_service.evaluate import ColumnEvaluator, SingleEvaluator
from rules_service.load import load_cases, load_rulesets
from rules_service.plan import Plan
from tests.compile.reading import node_of, ruleset_of
from tests.evaluate.scene import TODAY, ask, held, index_of

RULESETS = Path(__file__).parents[2] / "rulesets"
REPETITIVE = """
- name: Asked
  variants:
    - name: the same again and again
      integrations: {of: requester, codes: [1-3], register: both}
      condition:
        all:
          - any: [{at: system_date}, {covers: request_period, union: one_code}, {at: system_date}]
          - any: [{at: system_date}, {overlaps: request_period}, {codes: [2], overlaps: request_period}]
"""


def decided(plan: Plan, request: DecisionRequest, register: RegisterReader) -> Decision | str:
    """The decision without the digest, which names the plan, or the text of the error."""
    try:
        return replace(SingleEvaluator(plan).decide(request, register), ruleset_digest="")
    except CallerError as error:
        return str(error)


def test_a_repetitive_rule_decides_the_same_and_shows_the_same() -> None:
    ruleset = ruleset_of(*node_of(REPETITIVE).items)
    full, plain = compile_ruleset(ruleset, PASSES), compile_ruleset(ruleset, MEANING)
    assert len(plain.conjunctions) > len(full.conjunctions)
    assert len(plain.clauses) > len(full.clauses)
    answers = set()
    for codes, registers in product(product((1, 2, 4), repeat=2), ((True, True), (True, False), (False, True))):
        facts = [
            held(f"{codes[0]} 2024-01-01 .. 2024-07-31", primary=registers[0]),
            held(f"{codes[1]} 2024-06-01 .. 2026-06-15", secondary=registers[1]),
        ]
        index = index_of(facts)
        for period in ("2024-01-01 .. 2024-12-31", "2024-02-01 .. 2024-05-31", "2024-08-01 .. 2024-12-31"):
            request = ask(given={"request_period": period})
            first = decided(full, request, index)
            assert first == decided(plain, request, index)
            (batched,) = ColumnEvaluator(plain).decide_all([request], index)
            assert isinstance(batched, Decision)
            assert replace(batched, ruleset_digest="") == first
            answers.add(batched.reason)
    assert len(answers) == 2


def test_the_rulesets_decide_every_conformance_case_the_same() -> None:
    ruleset = load_rulesets(RULESETS)
    full, plain = compile_ruleset(ruleset, PASSES), compile_ruleset(ruleset, MEANING)
    compared = 0
    for case in load_cases(RULESETS):
        try:
            request = check_request(case.request, full.request_vocabulary, TODAY)
        except CallerError:
            continue
        assert decided(full, request, case.register()) == decided(plain, request, case.register()), case.name
        compared += 1
    assert compared > 100
