from __future__ import annotations

from pathlib import Path

import pytest

from rules_service.algebra import FUTURE, parse_day
from rules_service.decision import Outcome, PeriodFields, Proof, Reason, RequestVocabulary, check_request
from rules_service.errors import InvalidRequestError, RuleAuthorError
from rules_service.identifiers import parse_cbe, parse_ssin
from rules_service.identifiers.parties import Organisation, Region, RequesterKind
from rules_service.load import Case, Expectation, load_cases, load_rulesets
from rules_service.load.synthetic import MAX_PERSON, synthetic_cbe, synthetic_ssin, synthetic_ssin_text

CATALOGUE = Path(__file__).parents[2] / "rulesets"


@pytest.fixture
def cases(rulesets: Path) -> tuple[Case, ...]:
    return load_cases(rulesets)


def test_a_request_as_a_message_would_give_it(cases: tuple[Case, ...]) -> None:
    request = cases[0].request
    assert request.requester == "40/21"
    assert request.ssins == (synthetic_ssin_text(1), synthetic_ssin_text(2))
    assert (request.quality_code, request.system_date, request.proof) == (4, "2026-06-16", Proof.CORRECT)
    assert request.request_period == PeriodFields("2021-01-01", "")
    assert request.periods == (
        ("validity", PeriodFields("2026-01-01", "2026-03-31")),
        ("validity", PeriodFields("2026-05-01", "")),
    )
    assert request.dates == (
        ("end_date", "2026-05-01"),
        ("removal_date", "2026-05-02"),
        ("removal_date", "2026-05-03"),
    )
    assert request.parameters == {"decision": "grant", "reference_year": "2025"}
    assert request.information_types == ("000",)


def test_facts(cases: tuple[Case, ...]) -> None:
    own, other_cpas, institution, other = cases[0].integrations
    assert (own.organisation, own.sector, own.institution, own.quality_code) == ("40/21", 40, 21, 2)
    assert (own.begin, own.end) == (parse_day("2025-01-01"), parse_day("2026-06-15"))
    assert (own.primary, own.secondary, own.ssin) == (True, True, synthetic_ssin(1))
    assert (other_cpas.sector, other_cpas.institution, other_cpas.ssin) == (17, 1, synthetic_ssin(2))
    assert (other_cpas.primary, other_cpas.secondary, other_cpas.end) == (True, False, FUTURE)
    assert (institution.organisation, institution.sector, institution.institution) == ("40/0", 41, 0)
    assert (institution.primary, institution.secondary) == (False, True)
    assert (other.sector, other.institution) == (43, None)
    assert len({own.organisation, other_cpas.organisation, institution.organisation, other.organisation}) == 4
    assert [row.row_id for row in cases[0].integrations] == [1, 2, 3, 4]


def test_the_register_of_a_case(cases: tuple[Case, ...]) -> None:
    register = cases[0].register()
    assert register.current_number(synthetic_ssin(1)) == synthetic_ssin(4)
    assert len(register.integrations_of(synthetic_ssin(3))) == 3
    assert register.organisation("40/21") == cases[0].requester


def test_what_is_left_out_takes_the_defaults(cases: tuple[Case, ...]) -> None:
    case = cases[1]
    assert case.requester == Organisation(synthetic_cbe(0), RequesterKind.CPAS, Region.FLANDERS, 17, 1)
    assert (case.request.ssins, case.request.system_date, case.integrations) == ((), "2026-06-15", ())
    assert case.expectation == Expectation(Outcome.REFUSED, Reason.NOT_INTEGRATED)
    assert (case.file, case.line) == ("4_01_pensions.cases.yaml", 27)


def test_a_case_that_expects_an_error_may_write_wrong_dates(cases: tuple[Case, ...], rulesets: Path) -> None:
    case = cases[2]
    assert case.expectation == Expectation(error="invalid_argument", field="request_period.begin_date")
    ruleset = load_rulesets(rulesets)
    with pytest.raises(InvalidRequestError) as error:
        check_request(case.request, RequestVocabulary(ruleset.vocabulary, ruleset.parameters), received_on=0)
    assert [violation.field for violation in error.value.violations] == [case.expectation.field]


def test_no_number_of_a_person_reaches_a_representation(cases: tuple[Case, ...]) -> None:
    text = repr(cases)
    assert not any(synthetic_ssin_text(person) in text for person in range(1, 5))


def test_one_file_and_a_folder_give_the_same(cases: tuple[Case, ...], rulesets: Path) -> None:
    assert load_cases(rulesets / "4_01_pensions.cases.yaml") == cases


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuleAuthorError, match="MISSING_FILE"):
        load_cases(tmp_path / "nowhere.cases.yaml")


def test_synthetic_numbers_are_valid_and_differ() -> None:
    persons = [synthetic_ssin_text(person) for person in range(1, MAX_PERSON + 1)]
    assert [parse_ssin(text) for text in persons] == [synthetic_ssin(n) for n in range(1, MAX_PERSON + 1)]
    assert len(set(persons)) == MAX_PERSON
    organisations = [synthetic_cbe(number) for number in range(1_100)]
    assert [parse_cbe(text) for text in organisations] == organisations


@pytest.mark.parametrize("person", [0, MAX_PERSON + 1])
def test_no_other_person_has_a_synthetic_number(person: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        synthetic_ssin(person)


def test_the_cases_of_the_catalogue_are_right_and_name_its_operations() -> None:
    ruleset = load_rulesets(CATALOGUE)
    names = {operation.name for operation in ruleset.operations}
    names |= {alias.name for operation in ruleset.operations for alias in operation.aliases}
    for case in load_cases(CATALOGUE):
        assert case.expectation.error or case.request.operation in names, f"{case.file}:{case.line}"
