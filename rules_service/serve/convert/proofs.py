"""The proof of authentication: its form, and what is known of it before any directory of persons is asked (S28)."""

from __future__ import annotations

import re
from typing import Final

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import InvalidDayError, parse_day
from rules_service.decision import Proof
from rules_service.serve.convert.findings import Findings

PROOF_PARAMETER: Final = "proof_of_authentication"
"""With inline facts this parameter stands for the result of checking the proof."""

_RESULTS: Final = {"correct": Proof.CORRECT, "incorrect": Proof.INCORRECT, "absent": Proof.ABSENT}
_BIRTH_DATE: Final = re.compile(r"([0-9]{4})-(0[0-9]|1[0-2])-([0-2][0-9]|3[01])")


def proof_of(message: pb.DecideRequest) -> Proof:
    """The result that the request itself states (inline facts), else whether there is a proof to be checked at all.

    A proof that is given cannot be checked without a directory of persons: it is UNVERIFIABLE, never correct.
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


def _check_form(proof: pb.Proof, findings: Findings) -> None:
    if not (proof.identity_card_number or proof.sis_card_number or proof.HasField("person")):
        findings.wrong("proof", "is empty; give a card number, or the names and birth date of the person")
    if proof.HasField("person"):
        if not proof.person.last_name:
            findings.wrong("proof.person.last_name", "is missing")
        if not _is_birth_date(proof.person.birth_date):
            findings.wrong("proof.person.birth_date", "is not a date YYYY-MM-DD; an unknown month or day is 00")


def _is_birth_date(text: str) -> bool:
    shape = _BIRTH_DATE.fullmatch(text)
    if shape is None:
        return False
    year, month, day = shape.groups()
    # Where the month is unknown any day may be right; where only the day is unknown the first one stands for it.
    complete = f"{year}-{month if month != '00' else '01'}-{day if day != '00' else '01'}"
    try:
        parse_day(complete)
    except InvalidDayError:
        return False
    return True
