"""`rules list`, `rules codes` and `rules users`: on the rulesets of the program, and on a small catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from rules_service.load import load_rulesets
from tests.cli.program import CATALOGUE, OPERATION, ROOT, answers, ran, run

HERE = ("--rulesets", CATALOGUE)


def listed(*options: str) -> list[str]:
    return [each["name"] for each in answers(ran("rules", "list", "--json", *options, *HERE))]


def test_the_rulesets_of_the_program() -> None:
    found = answers(ran("rules", "list", "--json"))
    assert len(found) >= 25
    assert OPERATION in {each["name"] for each in found}
    table = ran("rules", "list", "--section", "4.7")
    assert "OCMWCPASPensionRegisterConsult" in table
    assert OPERATION not in table


def test_options_combine() -> None:
    assert listed("--code", "1", "--requester", "cpas") == ["Folder.consult", "Folder.write"]
    assert listed("--condition", "no_control", "--kind", "write", "--supplier", "cpas") == ["Folder.write"]
    assert listed("--status", "removed", "--section", "4.3") == ["Addresses"]
    assert listed("--status", "removed", "--kind", "write") == []


def test_one_object_for_each_operation() -> None:
    consult, *_, unruled = answers(ran("rules", "list", "--json", "--language", "nl", *HERE))
    assert consult == {
        "section": "4.2",
        "name": "Folder.consult",
        "title": "Raadpleging van het dossier",
        "kind": "consultation",
        "state": "being_replaced",
        "successor": "Folder.write",
        "aliases": [
            {"name": "OldFolder", "state": "being_replaced"},
            {"name": "FolderConsult", "state": "in_production"},
        ],
        "groups": ["Folder"],
        "supplier": "Fédération des dossiers",
        "recipient": "CPAS",
        "requesters": [{"kind": "cpas"}, {"kind": "association_chapter_xii", "regions": ["flanders", "brussels"]}],
        "quality_codes": [1, 2],
        "any_quality_code": False,
        "conditions": ["overlaps", "at", "covers", "any", "one_integration", "of_requester", "primary_register"],
        "purposes": ["AS", "XII"],
        "missions": ["inquiry"],
        "legal_basis": ["art. 60, § 1"],
        "authorisations": ["CSSS 01/001", "CSSS 02/002"],
        "sources": [{"document": "handbook", "section": "4.2", "lines": "1-4, 7"}],
        "ambiguity_count": 1,
    }
    assert (unruled["conditions"], unruled["requesters"]) == (["undocumented"], [{"kind": "cpas"}])


def test_a_partner_is_named_beside_its_numbers() -> None:
    (arrivals,) = answers(ran("rules", "list", "--json", "--section", "4.20", *HERE))
    assert arrivals["requesters"] == [
        {"kind": "partner", "sector": 40, "institution": 21, "partner": "Accueil des Arrivées"}
    ]


def test_the_table_cuts_no_name() -> None:
    names = [each.name for each in load_rulesets(ROOT / "rulesets").operations]
    table = ran("rules", "list", "--language", "fr")
    assert max(map(len, table.splitlines())) <= 100
    assert "…" not in table
    assert [name for name in names if len(name) <= 48 and name not in table] == []
    assert ran("rules", "list", "--status", "removed", *HERE).splitlines()[-2:] == [
        "4.3      Addresses  Addresses  removed",
        "1 operations",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--section", "9.9"], "error: --section: `9.9` is no section that the rulesets cite; known are `4`"),
        (["--code", "3"], "error: --code: 3 is no quality code that the rulesets know"),
        (["--code", "two"], "is not a valid integer"),
        (["--condition", "covering"], "'covering' is not one of 'overlaps', 'at', 'covers'"),
        (["--status", "gone"], "'gone' is not one of 'in_production'"),
        (["--kind", "gone"], "'gone' is not one of 'consultation'"),
        (["--supplier", "nobody"], "error: --supplier: `nobody` stands in the name of no supplier"),
        (["--requester", "Tax Ofice"], "did you mean `Tax Office`"),
        (["--code", "3", "--requester", "x"], "`x` is no class of requesters and no partner"),
    ],
)
def test_a_value_that_nothing_can_have_is_wrong_usage(options: list[str], message: str) -> None:
    done = run("rules", "list", *options, *HERE)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()


def test_codes() -> None:
    found = answers(ran("rules", "codes", "--json", *HERE))
    assert [(each["sector"], each["code"]) for each in found] == [(17, 1), (17, 2), (17, 4), (40, 2), (40, 116)]
    assert found[1] == {
        "sector": 17,
        "code": 2,
        "label": {"fr": "RIS", "nl": "Leefloon", "de": "Eingliederungseinkommen", "en": "Social integration income"},
        "maximum_duration": "+ 1 year",
        "default_end": "",
    }
    assert found[-1]["source"] == {"document": "handbook", "section": "4.20", "lines": "12-13"}
    text = ran("rules", "codes", "--sector", "40", "--language", "nl", *HERE)
    assert text.startswith("sector 40  Overheid\n")
    assert "nieuwkomer" in text
    assert "Leefloon" not in text
    assert ran("rules", "codes", "--sector", "50", *HERE).endswith("0 quality codes\n")
    done = run("rules", "codes", "--sector", "3", *HERE)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "they name 17, 40, 50" in done.stderr.decode()


def test_the_codes_of_the_program_have_their_labels_in_german_too() -> None:
    found: list[dict[str, Any]] = answers(ran("rules", "codes", "--sector", "17", "--json"))
    assert len(found) >= 16
    assert all(set(each["label"]) == {"fr", "nl", "de", "en"} for each in found)


def test_users() -> None:
    fisc, police = answers(ran("rules", "users", "--json", *HERE))
    assert fisc == {
        "name": "Fisc",
        "purpose": {"fr": "impôts", "nl": "belastingen", "en": "taxes"},
        "partner": "Tax Office",
        "operations": ["Folder", "Arrivals"],
        "remark": "",
        "source": {"document": "handbook", "section": "5", "lines": "60"},
    }
    assert (police["operations"], police["remark"]) == ([], "the handbook opens nothing to it")
    text = " ".join(ran("rules", "users", "--language", "fr", *HERE).split())
    assert text == (
        "Fisc impôts opérations: Folder, Arrivals handbook 5, ligne 60 "
        "Police enquêtes the handbook opens nothing to it handbook 5, lignes 61-62 2 users"
    )
