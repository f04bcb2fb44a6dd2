"""Coverage of a small folder: complete when it is, and each thing told that is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_service.coverage import Coverage, Figure, measure
from rules_service.load import fill_fingerprints

COMMON = """\
# yaml-language-server: $schema=schema/common.schema.json
apiVersion: integrationcontrol/v1
documents: {decree: decree.txt}
vocabulary: {periods: [request_period], dates: [system_date]}
requesters:
  all_cpas: [{kind: cpas}]
"""
CODES = """\
# yaml-language-server: $schema=schema/quality_codes.schema.json
apiVersion: integrationcontrol/v1
quality_codes:
  - {code: 2, label: {fr: a, nl: b, en: c}}
"""
TYPES = """\
# yaml-language-server: $schema=schema/information_types.schema.json
apiVersion: integrationcontrol/v1
information_types: []
"""
CHAPTER = """\
# yaml-language-server: $schema=schema/chapter.schema.json
apiVersion: integrationcontrol/v1
chapter: "1.1"
title: {fr: a, nl: b, en: c}
operations:
  - name: getPension
    titles: {fr: a, nl: b, en: c}
    kind: consultation
    status: in_production
    requesters: all_cpas
    source: [{document: decree, section: "1", lines: [1-2]}]
    variants:
      - name: one day
        in_words: {fr: a, nl: b, en: c}
        integrations: {of: requester, codes: [2]}
        condition: {at: system_date}
"""
INVENTORY = """\
# yaml-language-server: $schema=schema/inventory.schema.json
apiVersion: integrationcontrol/v1
inventory:
  - document: decree
    section: "1"
    names:
      - {name: getPension, operation: getPension, relation: same_service, lines: [1]}
no_services: [eHealth]
"""
DECREE = "Service: get Pension\nthe day itself, by eHealth\n"
CASES = """\
# yaml-language-server: $schema=schema/cases.schema.json
apiVersion: integrationcontrol/v1
defaults: {operation: getPension, requester: {kind: cpas, region: flanders}, system_date: 2024-02-29}
cases:
"""
ENDS_BEFORE, ENDS_ON_IT = "002 2024-01-01 .. 2024-02-28", "002 2024-01-01 .. 2024-02-29"
BEGINS_ON_IT, BEGINS_AFTER = "002 2024-02-29 .. 2024-03-31", "002 2024-03-01 .. 2024-03-31"
REFUSED, GRANTED = (ENDS_BEFORE, BEGINS_AFTER), (ENDS_ON_IT, BEGINS_ON_IT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of rulesets that answers for all of its document, and whose cases exercise all of its rule."""
    rulesets = tmp_path / "rulesets"
    rulesets.mkdir()
    files = {"common": COMMON, "quality_codes": CODES, "information_types": TYPES, "1_01_a": CHAPTER}
    for name, text in (files | {"inventory": INVENTORY}).items():
        (rulesets / f"{name}.yaml").write_text(text)
    (tmp_path / "decree.txt").write_text(DECREE)
    write_cases(rulesets, *REFUSED, *GRANTED, *GRANTED)
    fill_fingerprints(rulesets, tmp_path)
    return rulesets


def write_cases(rulesets: Path, *integrations: str) -> None:
    cases = ""
    for place, each in enumerate(integrations, 1):
        granted = each in GRANTED
        expected = "granted, reason: rule_satisfied" if granted else "refused, reason: not_integrated"
        cases += f"  - {{name: case {place}, integrations: [{each}], expect: {{outcome: {expected}}}}}\n"
    (rulesets / "1_01_a.cases.yaml").write_text(CASES + cases)


def figure(coverage: Coverage, name: str) -> Figure:
    return next(each for each in coverage.figures if each.name == name)


def test_a_folder_that_lacks_nothing(folder: Path) -> None:
    coverage = measure(folder, folder.parent)
    assert coverage.is_complete
    assert str(coverage) == (
        "names 1 of 1 (100 %), citations 2 of 2 (100 %), variants 1 of 1 (100 %), "
        "clauses both ways 2 of 2 (100 %), borders of windows 4 of 4 (100 %)"
    )
    assert [(each.document, each.number, len(each.names)) for each in coverage.sections] == [("decree", "1", 1)]


def test_a_variant_with_too_few_cases_and_a_clause_that_never_fails(folder: Path) -> None:
    write_cases(folder, *GRANTED)
    coverage = measure(folder, None)
    assert not coverage.is_complete
    assert figure(coverage, "variants").missing == ("getPension, `one day`: 2 of 6 cases",)
    (never,) = figure(coverage, "clauses both ways").missing
    assert never.endswith("no case in which it fails")
    assert [line.rpartition(": ")[2] for line in figure(coverage, "borders of windows").missing] == [
        "nothing ends the day before",
        "nothing begins the day after",
    ]


def test_borders_are_told_but_do_not_fail(folder: Path) -> None:
    write_cases(folder, *[ENDS_BEFORE, ENDS_ON_IT] * 3)
    coverage = measure(folder, None)
    assert coverage.is_complete
    assert not figure(coverage, "borders of windows").is_complete


def test_an_operation_that_no_document_names(folder: Path) -> None:
    chapter = folder / "1_01_a.yaml"
    chapter.write_text(chapter.read_text() + "  - name: invented\n    status: removed\n    kind: write\n")
    more = "    requesters: all_cpas\n    titles: {fr: a, nl: b, en: c}\n"
    source = '    source: [{document: decree, section: "1", lines: [1]}]\n'
    chapter.write_text(chapter.read_text() + more + source)
    coverage = measure(folder, None)
    assert figure(coverage, "names").missing == ("no name of the documents leads to `invented`",)
    assert str(figure(coverage, "names")) == "names 1 of 2 (50 %)"
    assert figure(coverage, "citations").missing == ("decree 1, lines 1 has no fingerprint",)


def test_a_name_in_the_documents_that_nobody_has_entered(folder: Path) -> None:
    (folder.parent / "decree.txt").write_text(DECREE + "and getWages too\n")
    coverage = measure(folder, folder.parent)
    assert figure(coverage, "names").missing == ("`getWages` of decree, line 3, is not in the inventory",)
    assert not coverage.is_complete


def test_a_name_entered_where_it_does_not_stand(folder: Path) -> None:
    inventory = folder / "inventory.yaml"
    inventory.write_text(inventory.read_text().replace("lines: [1]", "lines: [2]"))
    fill_fingerprints(folder, folder.parent)
    coverage = measure(folder, folder.parent)
    assert figure(coverage, "names").missing == ("`getPension` does not stand in decree 1, lines 2",)


def test_a_line_that_reads_otherwise_than_when_it_was_cited(folder: Path) -> None:
    (folder.parent / "decree.txt").write_text(DECREE.replace("the day itself", "two days"))
    (changed,) = figure(measure(folder, folder.parent), "citations").missing
    assert "CHANGED_SOURCE" in changed


def test_a_share_is_never_rounded_up_to_everything() -> None:
    assert str(Figure("names", 1999, 2000, ("one",))) == "names 1999 of 2000 (99.9 %)"
