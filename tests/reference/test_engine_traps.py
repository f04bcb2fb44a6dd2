"""The known traps of durable-rules, one by one: none of them may change a verdict."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from rules_service.errors import InternalError
from rules_service.reference.engine import AuthorisationFact, Engine, EngineFacts, adapter, plain_verdict, worker

library = pytest.importorskip("durable.engine", reason="durable-rules builds on Python 3.11 and 3.12 only")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def inference() -> worker.Inference:
    return worker.Inference()


def facts_about(*checks: tuple[str, bool]) -> EngineFacts:
    return EngineFacts(checks, tuple(dict(checks).items()), (("all", tuple(name for name, _ in checks)),))


def fnv1a_32(text: str) -> int:
    """The hash by which durable-rules tells sessions and facts apart."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def colliding_names() -> tuple[str, str]:
    seen: dict[int, str] = {}
    for number in range(1_000_000):
        name = f"ticket-{number}"
        if (other := seen.setdefault(fnv1a_32(name), name)) != name:
            return other, name
    raise AssertionError("a 32-bit hash without a collision in a million names")


def test_names_whose_hashes_collide_share_nothing(engine: Engine) -> None:
    one, other = colliding_names()
    facts = [facts_about((one, True)), facts_about((other, False)), facts_about((one, False), (other, True))] * 3
    answers = engine.verdicts(facts)
    assert [answer.verdict for answer in answers] == [plain_verdict(each) for each in facts]
    assert [answer.verdict.failed_check for answer in answers] == [None, other, one] * 3
    assert [answer.verdict.granted for answer in answers] == [True, False, False] * 3


def test_more_evaluations_than_the_library_has_sessions(engine: Engine) -> None:
    pid = engine.worker_pid
    answers = engine.verdicts([facts_about((f"request {n}", n % 3 > 0)) for n in range(3_000)])
    assert [answer.verdict.granted for answer in answers] == [n % 3 > 0 for n in range(3_000)]
    assert {answer.derived_by for answer in answers} == {"durable-rules"}
    assert engine.worker_pid == pid


def test_the_same_facts_again_give_the_same_verdict_again(engine: Engine) -> None:
    facts = EngineFacts((("a", True),), (("x", True),), (("x and x", ("x", "x")),), (authorisation(), authorisation()))
    answers = engine.verdicts([facts] * 5)
    assert {answer.derived_by for answer in answers} == {"durable-rules"}
    assert {answer.verdict for answer in answers} == {plain_verdict(facts)}
    assert len(answers[0].verdict.covered) == 4


def authorisation() -> AuthorisationFact:
    return AuthorisationFact("12/013", "CSSS", covers_applicant=True, covers_debtor=False)


def test_a_thousand_links_each_with_an_identifier_of_its_own(engine: Engine) -> None:
    facts = facts_about(*((f"link {n}", True) for n in range(1_000)))
    answer = engine.verdict(facts)
    assert answer.derived_by == "durable-rules"
    assert answer.verdict.granted
    assert len(answer.verdict.steps) == 2_003


def test_an_exception_in_an_action_is_an_error_and_leaves_nothing_behind(inference: worker.Inference) -> None:
    not_a_number: list[worker.Fact] = [
        {"id": "1", "good": 1, "position": "a"},
        {"id": "2", "kind": "reached", "position": "a"},
    ]
    with pytest.raises(RuntimeError, match="can only concatenate str"):
        inference.infer("screening", not_a_number)
    assert inference.infer("screening", worker.chain([True])) == [("check passed", 0), ("screening passed", 1)]


def test_a_message_that_was_already_observed_is_an_error(inference: worker.Inference) -> None:
    with pytest.raises(library.MessageObservedException):
        inference.infer("screening", worker.chain([True]) * 2)
    assert inference.infer("screening", worker.chain([False])) == [("check failed", 0)]


@pytest.mark.parametrize("ruleset", ["screening", "conjunction", "grant", "legal basis"])
def test_a_session_in_which_no_rule_fires_can_be_the_first(ruleset: str) -> None:
    """Its deletion would abort a process in which durable-rules never fired a rule, so it gets a process of its own."""
    program = f"""
from rules_service.reference.engine import worker
inference = worker.Inference()
print(inference.infer({ruleset!r}, [worker.new_fact("nothing to anybody", 0)]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "malformed",
    [
        {},
        {"checks": [["a", "perhaps"]], "clauses": [], "conjunctions": [], "authorisations": []},
        {"checks": [], "clauses": [], "conjunctions": [["A", ["missing"]]], "authorisations": []},
        {"checks": [], "clauses": [], "conjunctions": [], "authorisations": [{"reference": "12/013"}]},
    ],
)
def test_malformed_facts_get_an_error_and_never_a_grant(inference: worker.Inference, malformed: worker.Fact) -> None:
    reply = worker.answer(inference, malformed)
    assert set(reply) == {"error"}
    with pytest.raises(InternalError, match="nothing is granted"):
        adapter._checked(EngineFacts(), reply)


def test_a_link_that_is_neither_good_nor_bad_leads_nowhere(inference: worker.Inference) -> None:
    assert inference.infer("conjunction", [worker.new_fact("link", 0, good=2), *worker.chain([])[1:]]) == []


def test_a_verdict_on_other_facts_is_a_disagreement(inference: worker.Inference) -> None:
    """What leaked state would look like: the reply is genuine, but belongs to another decision."""
    other = {"checks": [["a", True]], "clauses": [], "conjunctions": [["no control", []]], "authorisations": []}
    reply = worker.answer(inference, other)
    assert reply["verdict"]["granted"]
    with pytest.raises(InternalError, match="disagree, so nothing is granted"):
        adapter._checked(facts_about(("a", False)), reply)
