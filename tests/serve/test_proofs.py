"""Proofs of authentication through a real server, for the operations of the project that ask for one (S28)."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from integrationcontrol.v1.decision_service_pb2_grpc import DecisionServiceStub
from rules_service.errors import OperatorError, TooManyWrongProofsError
from rules_service.register import FileKind, PersonDirectory, Register
from rules_service.register.persons import WrongProofs
from rules_service.serve.attempts import Attempts
from rules_service.serve.remembered import RememberedByAll
from rules_service.serve.server import Server
from tests.serve.fixtures import make_register, put, settings
from tests.serve.rpc import failure_of, read_status
from tests.serve.world import (
    CPAS,
    INTEGRATED,
    OTHER_CPAS,
    PARTNER,
    RENAMED,
    REPLACED,
    TODAY,
    UNKNOWN,
    inline,
    person,
    request,
)

RULESETS = Path(__file__).parents[2] / "rulesets"
GRANTED = common_pb2.OUTCOME_GRANTED
INTEGRATE, CONSULT = "OCMWCPASManageAccess.integrate", "OCMWCPASManageAccess.consult"
HEADER = "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number"
PERSONS = f"""{HEADER}
{INTEGRATED},Lefèvre-Küçük,Anne Marie,1980-01-01,591-1917064-58,
{REPLACED},O'Brien,,1980-00-00,,1234567890
"""
RIGHT, WRONG = pb.Proof(identity_card_number="591191706458"), pb.Proof(identity_card_number="591191706459")


def named(last: str, born: str, first: str = "") -> pb.Proof:
    return pb.Proof(person=pb.PersonData(last_name=last, first_name=first, birth_date=born))


def world_with_persons(folder: Path) -> Path:
    """The world, and from its last revision on what is known of two persons."""
    file = make_register(folder / "register.sqlite")
    with Register.open(file) as register:
        put(register, folder, FileKind.PERSONS, PERSONS)
    return file


@contextmanager
def served(register: Path, **changes: object) -> Iterator[DecisionServiceStub]:
    """A server of its own, with the rules of the project."""
    with (
        Server(settings(register, rulesets=RULESETS, **changes), clock=lambda: TODAY) as server,
        grpc.insecure_channel(server.address) as channel,
    ):
        yield DecisionServiceStub(channel)


@pytest.fixture(scope="module")
def register_with_persons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world_with_persons(tmp_path_factory.mktemp("persons"))


@pytest.fixture(scope="module")
def service(register_with_persons: Path) -> Iterator[DecisionServiceStub]:
    """A patient server: it answers any number of wrong proofs as such."""
    with served(register_with_persons, wrong_proofs=10_000) as service:
        yield service


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[DecisionServiceStub]:
    """A server whose register has not seen a wrong proof yet, with the limits that it has unless told otherwise."""
    with served(world_with_persons(tmp_path)) as service:
        yield service


def asked(
    proof: pb.Proof | None, *ssins: str, operation: str = INTEGRATE, requester: str = CPAS, revision: int = -1
) -> pb.DecideRequest:
    message = request(operation, *ssins, requester=requester)
    if proof is not None:
        message.proof.CopyFrom(proof)
    if revision >= 0:
        message.consistency.exact_revision = revision
    return message


def reason(service: DecisionServiceStub, message: pb.DecideRequest) -> str:
    """The reason, on which deciding, explaining and deciding in a batch agree."""
    decision = service.Decide(message).decision
    explained = service.Explain(pb.ExplainRequest(request=message)).decision
    (result,) = service.BatchDecide(pb.BatchDecideRequest(requests=[message])).results
    assert {decision.reason, explained.reason, result.decision.reason} == {decision.reason}
    granted = common_pb2.OUTCOME_GRANTED
    assert (decision.outcome == granted) is (decision.reason == common_pb2.REASON_NO_CONTROL)
    return common_pb2.Reason.Name(decision.reason).removeprefix("REASON_")


CORRECT = [
    (RIGHT, INTEGRATED),
    (named("LEFEVRE KUCUK", "1980-01-01"), INTEGRATED),
    (named("lefèvreküçük", "1980-00-00", "anne-marie"), INTEGRATED),
    (named("Obrien", "1980-12-31"), REPLACED),
    (pb.Proof(sis_card_number="123-456789-0"), REPLACED),
    (pb.Proof(sis_card_number="1234567890"), RENAMED),
]


@pytest.mark.parametrize("operation", [INTEGRATE, CONSULT])
def test_a_correct_proof_opens(service: DecisionServiceStub, operation: str) -> None:
    for proof, ssin in CORRECT:
        assert reason(service, asked(proof, ssin, operation=operation)) == "NO_CONTROL"


INCORRECT = [
    (WRONG, INTEGRATED),
    (pb.Proof(sis_card_number="591191706458"), INTEGRATED),
    (named("Lefèvre", "1980-01-01"), INTEGRATED),
    (named("Lefèvre-Küçük", "1980-01-02"), INTEGRATED),
    (named("Lefèvre-Küçük", "0000-00-00"), INTEGRATED),
    (named("Lefèvre-Küçük", "1980-01-01", "Anne"), INTEGRATED),
    (RIGHT, RENAMED),
    (RIGHT, UNKNOWN),
]


@pytest.mark.parametrize(("proof", "ssin"), INCORRECT)
def test_a_wrong_proof_does_not(service: DecisionServiceStub, proof: pb.Proof, ssin: str) -> None:
    assert reason(service, asked(proof, ssin, operation=CONSULT)) == "PROOF_INCORRECT"


def test_s22_a_wrong_proof_and_an_unknown_person_look_the_same(service: DecisionServiceStub) -> None:
    answers = []
    for proof, ssin in ((WRONG, INTEGRATED), (named("Lefèvre", "1980-01-01"), INTEGRATED), (WRONG, UNKNOWN)):
        explained = service.Explain(pb.ExplainRequest(request=asked(proof, ssin)))
        explained.decision.ClearField("decision_id")
        explained.decision.persons[0].ClearField("ssin")
        answers.append(explained)
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].decision.reason == common_pb2.REASON_PROOF_INCORRECT


def test_s22_an_unknown_person_has_the_same_limit(strict: DecisionServiceStub) -> None:
    for ssin in (INTEGRATED, UNKNOWN):
        results = strict.BatchDecide(pb.BatchDecideRequest(requests=[asked(WRONG, ssin)] * 6)).results
        assert [result.WhichOneof("result") for result in results] == ["decision"] * 5 + ["error"]


def test_a_proof_of_several_persons_is_that_of_each(service: DecisionServiceStub) -> None:
    assert reason(service, asked(RIGHT, INTEGRATED, REPLACED)) == "PROOF_INCORRECT"


def test_no_proof_is_still_missing_and_inline_facts_bring_their_own_result(service: DecisionServiceStub) -> None:
    assert reason(service, asked(None)) == "PROOF_MISSING"
    simulated = inline(asked(WRONG))
    simulated.parameters["proof_of_authentication"] = "correct"
    assert reason(service, simulated) == "NO_CONTROL"
    del simulated.parameters["proof_of_authentication"]
    assert reason(service, simulated) == "FACTS_NOT_HELD"


def test_the_directory_is_that_of_the_revision(tmp_path: Path) -> None:
    file = world_with_persons(tmp_path)
    with Register.open(file) as register:
        first, recorded_at = register.latest().number, register.latest().recorded_at
        changed = put(register, tmp_path, FileKind.PERSONS, f"{HEADER}\n{INTEGRATED},Dubois,,1980-01-01,7,\n")
    known = asked(RIGHT)
    known.consistency.known_at.FromMicroseconds(recorded_at)
    with served(file, wrong_proofs=100) as service:
        assert reason(service, asked(RIGHT, revision=first - 1)) == "FACTS_NOT_HELD"
        assert reason(service, asked(RIGHT, revision=first)) == "NO_CONTROL"
        assert reason(service, known) == "NO_CONTROL"
        assert reason(service, asked(RIGHT, revision=changed)) == "PROOF_INCORRECT"
        assert reason(service, asked(RIGHT)) == "PROOF_INCORRECT"


def test_after_five_wrong_proofs_the_caller_is_told_when_to_come_back(strict: DecisionServiceStub) -> None:
    answers = strict.BatchDecide(pb.BatchDecideRequest(requests=[asked(WRONG)] * 7 + [asked(RIGHT)])).results
    assert [answer.WhichOneof("result") for answer in answers] == ["decision"] * 5 + ["error"] * 3
    failure = failure_of(lambda: strict.Decide(asked(RIGHT)))
    assert (failure.code, failure.reason) == ("RESOURCE_EXHAUSTED", "TOO_MANY_WRONG_PROOFS")
    assert read_status(answers[-1].error).reason == failure.reason
    assert 3500 < int(failure.metadata["retry_after_seconds"]) <= 3600
    assert retry_seconds(answers[-1].error) > 3500
    assert INTEGRATED not in repr(failure)
    stream = strict.StreamDecide(iter([pb.StreamDecideRequest(requests=[asked(RIGHT)])]))
    assert [answer.results[0].WhichOneof("result") for answer in stream] == ["error"]
    assert failure_of(lambda: strict.Explain(pb.ExplainRequest(request=asked(RIGHT)))).code == "RESOURCE_EXHAUSTED"
    # Others are not concerned: another organisation, another person, an operation that asks for no proof.
    assert reason(strict, asked(RIGHT, requester=OTHER_CPAS)) == "NO_CONTROL"
    assert reason(strict, asked(CORRECT[-1][0], RENAMED)) == "NO_CONTROL"
    assert strict.Decide(asked(WRONG, operation="OCMWCPASManageAccess.remove")).HasField("decision")


def retry_seconds(status: status_pb2.Status) -> int:
    retry = error_details_pb2.RetryInfo()
    assert any(detail.Unpack(retry) for detail in status.details)
    return int(retry.retry_delay.seconds)


def test_older_numbers_of_a_person_are_no_further_chances(strict: DecisionServiceStub) -> None:
    for ssin in (REPLACED, RENAMED, REPLACED, RENAMED, RENAMED):
        assert strict.Decide(asked(WRONG, ssin)).decision.reason == common_pb2.REASON_PROOF_INCORRECT
    assert failure_of(lambda: strict.Decide(asked(WRONG, REPLACED))).reason == "TOO_MANY_WRONG_PROOFS"


def test_a_correct_proof_clears_the_count(strict: DecisionServiceStub) -> None:
    results = strict.BatchDecide(pb.BatchDecideRequest(requests=([asked(WRONG)] * 4 + [asked(RIGHT)]) * 4)).results
    assert all(result.HasField("decision") for result in results)


def test_s20b_a_proof_that_decides_nothing_is_neither_looked_at_nor_counted(strict: DecisionServiceStub) -> None:
    for _ in range(7):
        turned_away = strict.Decide(asked(WRONG, requester=PARTNER)).decision
        assert turned_away.reason == common_pb2.REASON_REQUESTER_NOT_AUTHORISED
    wrong_operation = asked(WRONG, operation="OCMWCPASManageAccess")
    for _ in range(7):
        assert failure_of(lambda: strict.Decide(wrong_operation)).code == "INVALID_ARGUMENT"
    assert reason(strict, asked(RIGHT)) == "NO_CONTROL"


MALFORMED = [
    (pb.Proof(), "proof"),
    (pb.Proof(identity_card_number="B12"), "proof.identity_card_number"),
    (pb.Proof(sis_card_number="9" * 21), "proof.sis_card_number"),
    (named("Lefèvre", "1980-02-30"), "proof.person.birth_date"),
    (named("", "1980-01-01"), "proof.person.last_name"),
    (named("x" * 201, "1980-01-01"), "proof.person.last_name"),
    (named("x", "1980-01-01", "y" * 201), "proof.person.first_name"),
]


def test_a_malformed_proof_is_told_and_not_counted(strict: DecisionServiceStub) -> None:
    for proof, field in MALFORMED:
        failure = failure_of(lambda: strict.Decide(asked(proof)))  # noqa: B023
        assert (failure.code, failure.fields) == ("INVALID_ARGUMENT", (field,))
    assert reason(strict, asked(RIGHT)) == "NO_CONTROL"


def test_nothing_of_a_person_in_logs_and_answers(
    service: DecisionServiceStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[object] = []
    for proof in (RIGHT, WRONG, named("Lefèvre-Küçük", "1980-01-01"), named("Wrongname", "1999-09-09")):
        shown.append(service.Explain(pb.ExplainRequest(request=asked(proof))))
        shown.append(failure_of(lambda: service.Decide(asked(proof, "80000100199"))))  # noqa: B023
    text = f"{shown}\n{caplog.text}"
    for secret in ("591191706", "fèvre", "Wrongname", "1980-01-01", "1999-09-09"):
        assert secret not in text
    assert INTEGRATED not in caplog.text


def test_a_server_does_not_start_without_the_key_of_its_persons(tmp_path: Path) -> None:
    file = world_with_persons(tmp_path)
    with pytest.raises(OperatorError, match="missing"):
        Server(settings(file, persons_key=tmp_path / "no key")).start()
    elsewhere = Path(f"{file}.key").rename(tmp_path / "elsewhere.key")
    with served(file, persons_key=elsewhere) as service:
        assert reason(service, asked(RIGHT)) == "NO_CONTROL"


def test_persons_that_come_in_later_without_their_key(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = make_register(tmp_path / "register.sqlite")
    key = Path(f"{file}.key")
    with served(file) as service:
        assert reason(service, asked(RIGHT)) == "FACTS_NOT_HELD"
        with Register.open(file) as register:
            put(register, tmp_path, FileKind.PERSONS, PERSONS)
        aside = key.rename(tmp_path / "aside")
        failures = [failure_of(lambda: service.Decide(asked(RIGHT))) for _ in range(6)]
        assert {failure.code for failure in failures} == {"UNAVAILABLE"}
        assert "key of the person directory is missing" in caplog.text
        assert str(tmp_path) not in repr(failures)
        aside.rename(key)
        assert reason(service, asked(RIGHT)) == "NO_CONTROL"
        assert reason(service, asked(RIGHT, person(7))) == "PROOF_INCORRECT"


def is_refused(service: DecisionServiceStub) -> bool:
    """Whether not even a correct proof is checked any more."""
    return failure_of(lambda: service.Decide(asked(RIGHT, INTEGRATED))).reason == "TOO_MANY_WRONG_PROOFS"


def test_several_servers_of_one_register_count_together(tmp_path: Path) -> None:
    file = world_with_persons(tmp_path)
    with served(file) as one, served(file) as other:
        for service in (one, other, one, other, one):
            decision = service.Decide(asked(WRONG, INTEGRATED)).decision
            assert decision.reason == common_pb2.REASON_PROOF_INCORRECT
        for service in (one, other):
            assert is_refused(service)
        assert other.Decide(asked(RIGHT, INTEGRATED, requester=OTHER_CPAS)).decision.outcome == GRANTED
    with served(file) as later:
        assert is_refused(later)


def test_a_correct_proof_writes_nothing_and_clears_what_was_wrong(tmp_path: Path) -> None:
    file = world_with_persons(tmp_path)
    with served(file) as one, served(file) as other, closing(sqlite3.connect(file)) as seen:

        def changes() -> int:
            version: int = seen.execute("PRAGMA data_version").fetchone()[0]
            return version

        before = changes()
        assert one.Decide(asked(RIGHT, INTEGRATED)).decision.outcome == GRANTED
        assert changes() == before
        for service in (one, other, one, other):
            service.Decide(asked(WRONG, INTEGRATED))
        assert changes() != before
        assert other.Decide(asked(RIGHT, INTEGRATED)).decision.outcome == GRANTED
        assert seen.execute("SELECT count(*) FROM wrong_proofs").fetchone() == (0,)


def test_a_wrong_proof_that_cannot_be_written_down_counts_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As while an import keeps the file locked: who guesses is answered, and gains nothing."""
    file = world_with_persons(tmp_path)
    with (
        Register.open(file, busy_seconds=0.01) as register,
        closing(sqlite3.connect(file, isolation_level=None)) as own,
    ):
        directory = PersonDirectory(register)
        assert directory.is_held(register.revision())
        attempts = Attempts(2, remembered=RememberedByAll(WrongProofs(register, directory)))
        own.execute("BEGIN IMMEDIATE")
        assert [attempts.counted("one", 1, lambda: False) for _ in range(2)] == [False, False]
        own.execute("ROLLBACK")
        with pytest.raises(TooManyWrongProofsError):
            attempts.counted("one", 1, lambda: True)
        assert own.execute("SELECT count(*) FROM wrong_proofs").fetchone() == (0,)
    assert "a wrong proof is remembered in this process alone" in caplog.text


@pytest.mark.parametrize("change", [{"wrong_proofs": 0}, {"wrong_proofs_seconds": 0.0}])
def test_a_limit_of_nothing_is_refused(tmp_path: Path, change: dict[str, float]) -> None:
    with pytest.raises(OperatorError, match="at least"):
        settings(tmp_path / "x", **change)
