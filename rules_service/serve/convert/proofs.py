"""The proof of authentication: its form, and what is known of it before the person directory is asked (S28)."""

from __future__ import annotations

from typing import Final

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.decision import Proof
from rules_service.register import GivenPerson, GivenProof
from rules_service.register.persons import parse_birth_date, parse_card_number
from rules_service.serve.convert.findings import Findings

PROOF_PARAMETER: Final = "proof_of_authentication"
"""With inline facts this parameter stands for the result of checking the proof."""

_RESULTS: Final = {"correct": Proof.CORRECT, "incorrect": Proof.INCORRECT, "absent": Proof.ABSENT}
_LONGEST_NAME: Final = 200


def proof_of(message: pb.DecideRequest) -> Proof:
    """The result that the request itself states (inline facts), else whether there is a proof to be checked at all.

    A proof that is given is UNVERIFIABLE, never correct, until it is checked against the person directory.
    """
    if message.facts == pb.FACTS_SOURCE_INLINE and PROOF_PARAMETER in message.parameters:
        return _RESULTS.get(message.parameters[PROOF_PARAMETER], Proof.ABSENT)
    return Proof.UNVERIFIABLE if message.HasField("proof") else Proof.ABSENT


def check_proof(message: pb.DecideRequest, findings: Findings) -> None:
    """Note what is wrong with the proof, and with the parameter that may stand for its result."""
    if PROOF_PARAMETER in message.parameters:
        field = f"parameters[{PROOF_PARAMETER}]"
        if message.facts != pb.FACTS_SOURCE_INLINE:
            findings.wrong(field, "is accepted only with FACTS_SOURCE_INLINE; give `proof` instead")
        elif message.parameters[PROOF_PARAMETER] not in _RESULTS:
            findings.wrong(field, f"is not one of {', '.join(sorted(_RESULTS))}")
    if message.HasField("proof"):
        _check_form(message.proof, findings)


def given_proof_of(message: pb.DecideRequest) -> GivenProof | None:
    """The proof to be checked against the person directory; None where there is none, or facts come inline.

    Raises:
        InvalidRequestError: the proof is malformed; `check_proof` notes all that is wrong with it.
    """
    if message.facts == pb.FACTS_SOURCE_INLINE or not message.HasField("proof"):
        return None
    proof = message.proof
    return GivenProof(
        identity_card_number=parse_card_number(proof.identity_card_number) if proof.identity_card_number else None,
        sis_card_number=parse_card_number(proof.sis_card_number) if proof.sis_card_number else None,
        person=_given_person(proof.person) if proof.HasField("person") else None,
    )


def _given_person(person: pb.PersonData) -> GivenPerson:
    return GivenPerson(person.last_name, person.first_name, parse_birth_date(person.birth_date))


def _check_form(proof: pb.Proof, findings: Findings) -> None:
    if not (proof.identity_card_number or proof.sis_card_number or proof.HasField("person")):
        findings.wrong("proof", "is empty; give a card number, or the names and birth date of the person")
    for field in ("identity_card_number", "sis_card_number"):
        if number := getattr(proof, field):
            with findings:
                parse_card_number(number, f"proof.{field}")
    if proof.HasField("person"):
        _check_person(proof.person, findings)


def _check_person(person: pb.PersonData, findings: Findings) -> None:
    if not person.last_name:
        findings.wrong("proof.person.last_name", "is missing")
    for field in ("last_name", "first_name"):
        if len(getattr(person, field)) > _LONGEST_NAME:
            findings.wrong(f"proof.person.{field}", f"is longer than {_LONGEST_NAME} characters")
    with findings:
        parse_birth_date(person.birth_date, "proof.person.birth_date")
