"""`rules show`: what an author or a data-protection officer wants to know of one operation."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from rules_service.load import load_rulesets
from rules_service.model import Ruleset
from rules_service.publish import operation_on_terminal
from tests.cli.program import CATALOGUE, OPERATION, ROOT, ran, run

HERE = ("--rulesets", CATALOGUE)


def shown(name: str, language: str = "en") -> str:
    """What is shown, without the ends of lines."""
    return " ".join(ran("rules", "show", name, "--language", language, *HERE).split())


@pytest.fixture(scope="module")
def consult() -> str:
    return shown("Folder.consult")


def test_by_name_and_by_alias() -> None:
    text = ran("rules", "show", "OCMWCPASPensionRegisterConsult", "--language", "nl")
    assert "Raadpleging van het pensioenkadaster" in text
    assert "Dubbelzinnigheden in de bron" in text
    assert "alle dagen van `request_period`" in text
    assert ran("rules", "show", "PensionRegisterConsult", "--language", "nl") == text


@pytest.mark.parametrize(
    "part",
    [
        "Folder.consult Consultation of the folder consultation, being replaced",
        "supplier Fédération des dossiers, recipient CPAS Functionality: gives the folder",
        "Other names: OldFolder (being replaced), FolderConsult Part of: Folder Replaced by: Folder.write",
        "Requesters: CPAS, association of chapter XII (Flanders, Brussels) Purposes: AS, XII",
        "Legal contexts accepted: Inquiry needs a correct proof of authentication",
        "one person refused refuses the whole request",
        "refuses a number that has been replaced",
        "if the request names persons if the request gives: validity inputs: request_period",
        "every day of `request_period`, by one integration alone Authorisations: CSSS 02/002",
        "if the request does not give: validity",
        "Quality codes 001 Under inquiry 002 Social integration income",
        "Sources handbook 4.2, lines 1-4, 7",
        "Names in the documents Folder: the whole group; handbook 4.2, line 1",
        "OldFolder: its predecessor; handbook 4.2, line 2",
        "Users of the data Fisc: taxes; handbook 5, line 60",
        "Missions social inquiry Legal bases art. 60, § 1",
        "Authorisations CSSS 01/001: CSSS, 2001-02-03, AS CSSS 02/002: CSSS, printed 31/02/2002",
        "whether one integration must do it alone (line 3) - it must - several may chosen: it must; the handbook",
    ],
)
def test_everything_about_an_operation(consult: str, part: str) -> None:
    assert part in consult


def test_partners_have_their_names_beside_their_numbers() -> None:
    text = shown("Arrivals", "fr")
    assert "Demandeurs: partenaire 40/21 (Accueil des Arrivées)" in text
    assert "l'institution 40/21 (Accueil des Arrivées), code qualité 116" in text
    assert "toute organisation du secteur 17 (CPAS)" in text
    assert "116 (secteur 40) nouvel arrivant" in text
    assert "A13: le numéro supposé d'un partenaire est employé" in text
    assert "Demandeurs: partenaire 50 (Impôts)" in shown("Energy", "fr")


def test_why_there_is_no_control_and_who_executes_it() -> None:
    text = shown("Folder.write", "nl")
    assert "geen controle: de controle is niet blokkerend (non_blocking)" in text
    assert "als de vraag niemand noemt" in text
    assert "controle uitgevoerd door Smals" in text
    assert "de bron geeft geen regel" in shown("Unruled", "nl")
    assert "the source gives no rule" in shown("Addresses")


def test_a_group_shows_its_parts() -> None:
    text = shown("Folder")
    assert text.startswith("Folder stands for several operations; ask for one of them section operation title state")
    assert (
        "4.2 Folder.consult Consultation of the folder being replaced 4.2.1 Folder.write Writing in production" in text
    )
    assert "Names in the documents Folder: the whole group; handbook 4.2, line 1 Users of the data Fisc: taxes" in text


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return load_rulesets(ROOT / "rulesets")


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_every_operation_of_the_program_fits_into_100_columns(ruleset: Ruleset, language: str) -> None:
    page = Console(width=100, file=StringIO())
    for each in ruleset.operations:
        with page.capture() as captured:
            page.print(operation_on_terminal(each, ruleset, language))
        lines = captured.get().splitlines()
        assert lines[0].startswith(f"{each.name}  ")
        assert max(map(len, lines)) <= 100


def test_the_lines_of_the_source_stand_beside_the_rule(tmp_path: Path) -> None:
    for name in ("000_f56be43595ba3deb.dense.txt", "001_3e05e749a473872c.dense.txt"):
        (tmp_path / name).write_text("".join(f"the words of line {number}\n" for number in range(1, 5_000)))
    text = ran("rules", "show", "OCMWCPASPensionRegisterConsult", "--source", tmp_path)
    assert "the words of line 1351" in text
    assert "every day of `request_period`" in " ".join(text.split())


@pytest.mark.parametrize(
    ("name", "message"),
    [("OCMWCPASPerformInvestigaton", f"did you mean `{OPERATION}`"), ("dolsis", "did you mean `Dolsis`")],
)
def test_an_unknown_name_says_which_one_was_meant(name: str, message: str) -> None:
    done = run("rules", "show", name)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1
