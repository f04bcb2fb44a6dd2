"""Operations by filter and by name; a value that nothing can have is an error that says what was meant."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rules_service.catalogue import OperationFilter, operation_or_group, operations_that_fit
from rules_service.errors import InvalidRequestError, UnknownOperationError
from rules_service.load import load_rulesets
from rules_service.model import Operation, OperationGroup, Ruleset

ALL = ["Folder.consult", "Folder.write", "Arrivals", "Energy", "Addresses", "Unruled"]


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return load_rulesets(Path(__file__).parent / "rulesets")


def fitting(ruleset: Ruleset, **wanted: Any) -> list[str]:
    return [each.name for each in operations_that_fit(ruleset, OperationFilter(**wanted))]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ALL),
        ({"section": "4"}, ALL),
        ({"section": "4.2"}, ["Folder.consult", "Folder.write"]),
        ({"section": "4.2.1"}, ["Folder.write"]),
        ({"section": "4.20"}, ["Arrivals"]),
        ({"section": "6"}, []),
        ({"quality_code": 1}, ["Folder.consult", "Folder.write", "Arrivals"]),
        ({"quality_code": 4}, ["Folder.write"]),
        ({"quality_code": 116}, ["Arrivals"]),
        ({"condition": "covers"}, ["Folder.consult"]),
        ({"condition": "one_integration"}, ["Folder.consult"]),
        ({"condition": "at"}, ["Folder.consult", "Arrivals"]),
        ({"condition": "overlaps"}, ["Folder.consult", "Folder.write"]),
        ({"condition": "any"}, ["Folder.consult"]),
        ({"condition": "all"}, ["Arrivals"]),
        ({"condition": "total_days"}, ["Arrivals"]),
        ({"condition": "periods_overlap"}, ["Energy"]),
        ({"condition": "extended"}, ["Folder.write"]),
        ({"condition": "both_registers"}, ["Folder.write"]),
        ({"condition": "secondary_register"}, []),
        ({"condition": "of_sector"}, ["Arrivals"]),
        ({"condition": "of_institution"}, ["Arrivals"]),
        ({"condition": "no_control"}, ["Folder.write"]),
        ({"condition": "undocumented"}, ["Addresses", "Unruled"]),
        ({"supplier": "FEDERATION"}, ["Folder.consult"]),
        ({"supplier": "fédé"}, ["Folder.consult"]),
        ({"state": "removed"}, ["Addresses"]),
        ({"state": "not_yet_available"}, []),
        ({"kind": "mutation"}, ["Arrivals"]),
        ({"requester": "association_chapter_xii"}, ["Folder.consult"]),
        ({"requester": "partner"}, ["Arrivals", "Energy"]),
        ({"requester": "accueil des arrivees"}, ["Arrivals"]),
        ({"requester": "Tax Office"}, ["Energy"]),
        ({"requester": "cpas", "section": "4.3", "state": "in_production"}, ["Unruled"]),
        ({"requester": "partner", "kind": "write"}, []),
    ],
    ids=str,
)
def test_every_field_must_fit(ruleset: Ruleset, wanted: dict[str, Any], names: list[str]) -> None:
    assert fitting(ruleset, **wanted) == names


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"section": "4.21"}, "`4.21` is no section that the rulesets cite; did you mean `4.2"),
        ({"section": "4."}, "is no section"),
        ({"quality_code": 3}, "3 is no quality code that the rulesets know; they know 1-2, 4, 116"),
        ({"condition": "no_controls"}, "did you mean `no_control`"),
        ({"supplier": "Federatie"}, "`Federatie` stands in the name of no supplier"),
        ({"state": "in production"}, "did you mean `in_production`"),
        ({"kind": "reading"}, "known are `consultation`, `mutation`, `write`"),
        ({"requester": "Tax Ofice"}, "no class of requesters and no partner; did you mean `Tax Office`"),
        ({"requester": "other"}, "no class of requesters"),
    ],
    ids=str,
)
def test_a_value_that_nothing_can_have_is_an_error(ruleset: Ruleset, wanted: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        fitting(ruleset, **wanted)
    (violation,) = caught.value.violations
    assert [violation.field] == list(wanted)
    assert told in violation.description


def test_every_wrong_value_is_named(ruleset: Ruleset) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        fitting(ruleset, section="9", quality_code=77, kind="write", requester="nobody")
    assert [violation.field for violation in caught.value.violations] == ["section", "quality_code", "requester"]


def test_a_name_an_alias_and_a_group(ruleset: Ruleset) -> None:
    for name in ("Folder.consult", "OldFolder", "FolderConsult"):
        found = operation_or_group(ruleset, name)
        assert isinstance(found, Operation)
        assert found.name == "Folder.consult"
    assert operation_or_group(ruleset, "Folder") == OperationGroup("Folder", ("Folder.consult", "Folder.write"))


@pytest.mark.parametrize(
    ("name", "told"),
    [("Folder.consul", "did you mean `Folder.consult`"), ("arrivals", "did you mean `Arrivals`"), ("x", "the list of")],
)
def test_an_unknown_name(ruleset: Ruleset, name: str, told: str) -> None:
    with pytest.raises(UnknownOperationError) as caught:
        operation_or_group(ruleset, name)
    assert told in caught.value.violations[0].description
