"""What stands beside an operation in other files: labels of codes, names of numbers, mentions, users, groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_service.catalogue import (
    NetworkNames,
    groups_of,
    labelled_codes,
    mentions_of,
    operation_or_group,
    quality_codes,
    users_of,
)
from rules_service.errors import InvalidRequestError
from rules_service.load import load_rulesets
from rules_service.load.formats import NO_CONTROL_REASONS
from rules_service.model import Operation, OperationKind, OperationStatus, Relation, Ruleset
from rules_service.publish import terms


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return load_rulesets(Path(__file__).parent / "rulesets")


def operation(ruleset: Ruleset, name: str) -> Operation:
    found = operation_or_group(ruleset, name)
    assert isinstance(found, Operation)
    return found


def test_codes_of_the_cpas_come_first_then_by_sector(ruleset: Ruleset) -> None:
    found = [(each.sector, each.code) for each in quality_codes(ruleset)]
    assert found == [(17, 1), (17, 2), (17, 4), (40, 2), (40, 116)]
    assert [each.code for each in quality_codes(ruleset, 40)] == [2, 116]
    assert quality_codes(ruleset, 50) == ()


def test_a_sector_that_nobody_names(ruleset: Ruleset) -> None:
    with pytest.raises(InvalidRequestError, match="3 is no sector that the rulesets name; they name 17, 40, 50"):
        quality_codes(ruleset, 3)


def test_a_code_has_the_label_of_the_sector_that_is_looked_at(ruleset: Ruleset) -> None:
    found = [
        (each.sector, each.code, each.label.fr) for each in labelled_codes(operation(ruleset, "Arrivals"), ruleset)
    ]
    assert found == [(17, 1, "En enquête"), (17, 2, "RIS"), (40, 116, "nouvel arrivant")]
    assert labelled_codes(operation(ruleset, "Folder.write"), ruleset) == ()


def test_names_of_sectors_and_institutions(ruleset: Ruleset) -> None:
    names = NetworkNames.of(ruleset)
    assert names.name(40, 21, "fr") == "Accueil des Arrivées"
    assert (names.name(40, None, "nl"), names.name(17, None, "nl")) == ("Overheid", "OCMW")
    assert (names.name(40, 22, "fr"), names.name(41, None, "fr"), names.partner(None, None)) == ("", "", "")


def test_what_the_documents_say_of_a_part_and_of_its_group(ruleset: Ruleset) -> None:
    part = operation(ruleset, "Folder.consult")
    assert groups_of(part, ruleset) == ("Folder",)
    assert [each.name for each in mentions_of(part, ruleset)] == ["Folder", "OldFolder"]
    assert [each.name for each in mentions_of(operation_or_group(ruleset, "Folder"), ruleset)] == ["Folder"]
    assert [each.name for each in users_of(part, ruleset)] == ["Fisc"]
    assert users_of(operation(ruleset, "Energy"), ruleset) == ()


def test_every_word_of_the_rule_files_is_said_in_three_languages() -> None:
    wanted = (
        (terms.KINDS, OperationKind),
        (terms.STATES, OperationStatus),
        (terms.RELATIONS, Relation),
        (terms.NO_CONTROL_REASONS, NO_CONTROL_REASONS),
    )
    for said, words in wanted:
        assert set(said) == set(words)
        assert all(text.fr and text.nl and text.en for text in said.values())
