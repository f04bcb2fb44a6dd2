"""From messages to checked requests: what is read, and that every wrong field is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import parse_day
from rules_service.decision import NamedDate, NamedPeriod, Proof
from rules_service.errors import InvalidRequestError, InvalidSsinError
from rules_service.serve.convert import asked_of, fields_of
from tests.serve.world import CONTEXT, CPAS, INTEGRATED, TODAY, inline, integration, period, request

Change = Callable[[pb.DecideRequest], object]


def fields_named(error: InvalidRequestError) -> set[str]:
    return {violation.field for violation in error.violations}


def test_s1_the_system_date_is_the_day_of_receipt_unless_stated() -> None:
    message = request()
    assert asked_of(message, CONTEXT).request.system_date == TODAY
    message.system_date = "2024-02-29"
    assert asked_of(message, CONTEXT).request.system_date == parse_day("2024-02-29")


def test_a_whole_request_is_read() -> None:
    message = request("Small.consult", ticket="mine")
    message.quality_code = 0
    message.legal_context = "context"
    message.request_period.CopyFrom(period("2026-01-01", "2026-01-31"))
    message.periods.add(name="validity", period=period("2026-02-01"))
    message.dates.add(name="reference_date", date="2026-03-01")
    message.dates.add(name="reference_date", date="2026-04-01")
    message.parameters["decision"] = "grant"
    message.information_types.append("110")

    read = asked_of(message, CONTEXT).request

    assert (read.operation, read.requester, read.ssins) == ("Small.consult", CPAS, (int(INTEGRATED),))
    assert (read.quality_code, read.legal_context, read.ticket) == (0, "context", "mine")
    assert read.periods == (
        NamedPeriod("request_period", parse_day("2026-01-01"), parse_day("2026-01-31")),
        NamedPeriod("validity", parse_day("2026-02-01"), None),
    )
    assert read.dates == (
        NamedDate("reference_date", parse_day("2026-03-01")),
        NamedDate("reference_date", parse_day("2026-04-01")),
    )
    assert (read.parameters, read.information_types) == ({"decision": "grant"}, ("110",))


def test_an_absent_quality_code_is_not_code_0() -> None:
    assert fields_of(request()).quality_code is None


def test_sector_and_institution_make_the_key_of_an_institution() -> None:
    message = request()
    message.requester.CopyFrom(common_pb2.Organisation(sector=40, institution=0))
    assert asked_of(message, CONTEXT).request.requester == "40/0"


def by_sector(sector: int | None, institution: int | None) -> Change:
    requester = common_pb2.Organisation(sector=sector, institution=institution)
    return lambda message: message.requester.CopyFrom(requester)


def give_period(begin: str, end: str) -> Change:
    return lambda message: message.request_period.CopyFrom(period(begin, end))


WRONG: list[tuple[Change, str]] = [
    (lambda m: m.ClearField("operation"), "operation"),
    (lambda m: m.ClearField("requester"), "requester"),
    (lambda m: setattr(m.requester, "cbe_number", "0207000099"), "requester.cbe_number"),
    (lambda m: setattr(m.requester, "cbe_number", "207.000.038"), "requester.cbe_number"),
    (lambda m: setattr(m.requester, "sector", 17), "requester"),
    (by_sector(17, None), "requester.institution"),
    (by_sector(None, 1), "requester.sector"),
    (by_sector(1000, 1), "requester.sector"),
    (by_sector(40, -1), "requester.institution"),
    (lambda m: m.ssins.append(m.ssins[0]), "ssins"),
    (lambda m: m.ssins.extend(["1"] * 100), "ssins"),
    (lambda m: setattr(m, "quality_code", 1000), "quality_code"),
    (lambda m: setattr(m, "ticket", "x" * 37), "ticket"),
    (lambda m: setattr(m, "legal_context", "x" * 65), "legal_context"),
    (lambda m: setattr(m, "system_date", "yesterday"), "system_date"),
    (give_period("2026-02-30", ""), "request_period.begin_date"),
    (give_period("", "2026-01-01"), "request_period.begin_date"),
    (give_period("2026-02-01", "2026-01-31"), "request_period.end_date"),
    (lambda m: m.periods.add(name="validity"), "periods[0].period.begin_date"),
    (lambda m: m.periods.add(name="valdity", period=period("2026-01-01")), "periods[0].name"),
    (lambda m: m.periods.add(name="reference_date", period=period("2026-01-01")), "periods[0].name"),
    (lambda m: m.dates.add(name="reference_date"), "dates[0].date"),
    (lambda m: m.dates.add(name="system_date", date="2026-01-01"), "dates[0].name"),
    (lambda m: m.parameters.update({"descision": "grant"}), "parameters[descision]"),
    (lambda m: m.parameters.update({"decision": "maybe"}), "parameters[decision]"),
    (lambda m: m.parameters.update({"reference_year": "20x6"}), "parameters[reference_year]"),
    (lambda m: m.parameters.update({"proof_of_authentication": "correct"}), "parameters[proof_of_authentication]"),
    (lambda m: m.information_types.append("11"), "information_types[0]"),
    (lambda m: m.proof.SetInParent(), "proof"),
    (lambda m: setattr(m.proof.person, "birth_date", "1980-01-01"), "proof.person.last_name"),
    (lambda m: setattr(m.proof.person, "last_name", "Somebody"), "proof.person.birth_date"),
    (lambda m: setattr(m.proof.person, "birth_date", "1980-02-30"), "proof.person.birth_date"),
    (lambda m: setattr(m.consistency, "min_revision", -1), "consistency.min_revision"),
    (lambda m: setattr(m.consistency, "exact_revision", -1), "consistency.exact_revision"),
    (lambda m: setattr(m.consistency.known_at, "seconds", 1 << 60), "consistency.known_at"),
    (lambda m: setattr(m, "facts", 7), "facts"),
    (lambda m: m.integrations.append(integration()), "integrations"),
    (lambda m: m.requester_profile.SetInParent(), "requester_profile"),
]


@pytest.mark.parametrize(("change", "field"), WRONG, ids=[f"{place}-{field}" for place, (_, field) in enumerate(WRONG)])
def test_a_wrong_field_is_named(change: Change, field: str) -> None:
    message = request()
    change(message)
    with pytest.raises(InvalidRequestError) as caught:
        asked_of(message, CONTEXT)
    assert field in fields_named(caught.value)
    assert INTEGRATED not in str(caught.value)


def test_s21_wrong_numbers_alone_are_an_error_of_their_own() -> None:
    message = request("Small.today", INTEGRATED, "80010100199", "80.01.01-001.96", "80134500112")
    with pytest.raises(InvalidSsinError) as caught:
        asked_of(message, CONTEXT)
    assert fields_named(caught.value) == {"ssins[1]", "ssins[2]", "ssins[3]"}
    assert "80010100199" not in str(caught.value)


def test_wrong_numbers_beside_other_wrong_fields_are_named_together() -> None:
    message = request("Small.today", "80010100199")
    message.facts = pb.FACTS_SOURCE_INLINE
    message.system_date = "2026-13-01"
    message.consistency.min_revision = 3
    with pytest.raises(InvalidRequestError) as caught:
        asked_of(message, CONTEXT)
    assert type(caught.value) is InvalidRequestError
    assert fields_named(caught.value) == {"ssins[0]", "system_date", "requester_profile", "consistency.min_revision"}


def test_s28_a_proof_on_the_register_cannot_be_verified() -> None:
    message = request()
    assert asked_of(message, CONTEXT).request.proof is Proof.ABSENT
    message.proof.person.last_name = "Somebody"
    message.proof.person.birth_date = "1980-00-00"
    assert asked_of(message, CONTEXT).request.proof is Proof.UNVERIFIABLE


@pytest.mark.parametrize("result", [Proof.CORRECT, Proof.INCORRECT, Proof.ABSENT])
def test_s28_with_inline_facts_a_parameter_stands_for_the_result(result: Proof) -> None:
    message = inline(request())
    message.parameters["proof_of_authentication"] = result.name.lower()
    read = asked_of(message, CONTEXT).request
    assert (read.proof, read.parameters) == (result, {})


def test_an_unknown_result_of_the_proof_is_named() -> None:
    message = inline(request())
    message.parameters["proof_of_authentication"] = "unverifiable"
    with pytest.raises(InvalidRequestError) as caught:
        asked_of(message, CONTEXT)
    assert fields_named(caught.value) == {"parameters[proof_of_authentication]"}
