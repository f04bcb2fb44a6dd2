"""What a ruleset names once reads the same as if it were written out each time; and what documents name is loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rules_service.load import fill_fingerprints, load_rulesets, verify_sources
from rules_service.model import Identity, LineRange, Operation, Partner, Relation, Ruleset, Text

SOURCES = Path(__file__).parent

PARTNERS = """\
# yaml-language-server: $schema=schema/partners.schema.json
apiVersion: integrationcontrol/v1
sectors:
  - sector: 40
    label: {fr: Communauté flamande, nl: Vlaamse Gemeenschap, de: Flämische Gemeinschaft, en: Flemish Community}
    quality_codes:
      - code: 116
        label: {fr: intégrant, nl: inburgeraar, de: Einzugliedernder, en: integrating}
        source: {document: decree, section: "1", lines: [1]}
partners:
  - {name: VDI, sector: 40, institution: 0, identity: official}
  - {name: KBI, sector: 40, institution: 21, identity: assumed}
"""
INVENTORY = """\
# yaml-language-server: $schema=schema/inventory.schema.json
apiVersion: integrationcontrol/v1
inventory:
  - document: decree
    section: "1"
    names:
      - {name: OldPension, operation: Pension.consult, relation: predecessor, lines: [1-2]}
      - {name: a service without a name, operation: Pension, relation: unnamed, lines: [3]}
"""
USERS = """\
# yaml-language-server: $schema=schema/users.schema.json
apiVersion: integrationcontrol/v1
users:
  - name: The integrator
    purpose: {fr: pour ses clients, nl: voor zijn klanten, en: for its clients}
    partner: VDI
    operations: [Pension]
    source: {document: decree, section: "1", lines: [4]}
"""
CHAPTER = """\
# yaml-language-server: $schema=schema/chapter.schema.json
apiVersion: integrationcontrol/v1
chapter: "4.2"
title: {fr: a, nl: b, en: c}
"""
NAMED_ONCE = """\
defaults:
  kind: consultation
  status: in_production
  supplier: the register
  requesters: [{partner: KBI, regions: [flanders]}]
  authorisations: [CSSS 07/062]
operations:
  - name: Other
    titles: {fr: a, nl: b, en: c}
    authorisations: []
    source: [{document: decree, section: "1", lines: [1]}]
    variants:
      - name: v
        in_words: by_the_integrator
        integrations: {of: {partner: VDI}, codes: any}
        condition: {at: system_date}
"""
WRITTEN_OUT = """\
operations:
  - name: Other
    titles: {fr: a, nl: b, en: c}
    kind: consultation
    status: in_production
    supplier: the register
    requesters: [{kind: partner, sector: 40, institution: 21, regions: [flanders]}]
    authorisations: []
    source: [{document: decree, section: "1", lines: [1]}]
    variants:
      - name: v
        in_words: {fr: par l'intégrateur, nl: door de integrator, en: by the integrator}
        integrations: {of: {sector: 40, institution: 0}, codes: any}
        condition: {at: system_date}
"""
WORDINGS = """
wordings:
  by_the_integrator: {fr: par l'intégrateur, nl: door de integrator, en: by the integrator}
conditions:
  by_both:
    all:
      - {integrations: {of: {partner: VDI}, codes: any}, at: system_date}
      - {integrations: ris_of_any_cpas, overlaps: around_the_system_date}
"""


def folder_with_all(rulesets: Path) -> Path:
    (rulesets / "partners.yaml").write_text(PARTNERS)
    (rulesets / "inventory.yaml").write_text(INVENTORY)
    (rulesets / "users.yaml").write_text(USERS)
    common = rulesets / "common.yaml"
    common.write_text(common.read_text() + WORDINGS)
    return rulesets


def loaded(rulesets: Path) -> Ruleset:
    return load_rulesets(folder_with_all(rulesets))


def other_operation(rulesets: Path, body: str) -> Operation:
    (rulesets / "presentation_2_others.yaml").write_text(CHAPTER + body)
    found = next(each for each in load_rulesets(rulesets).operations if each.name == "Other")
    return replace(found, file="")


def test_partners_wordings_and_defaults_mean_what_is_written_out(rulesets: Path) -> None:
    folder_with_all(rulesets)
    assert other_operation(rulesets, NAMED_ONCE) == other_operation(rulesets, WRITTEN_OUT)


def test_a_condition_that_is_named_once_means_what_is_written_out(rulesets: Path) -> None:
    folder_with_all(rulesets)
    alone = NAMED_ONCE.replace("        integrations: {of: {partner: VDI}, codes: any}\n", "")
    written_out = """condition:
          all:
            - {integrations: {of: {sector: 40, institution: 0}, codes: any}, at: system_date}
            - {integrations: ris_of_any_cpas, overlaps: around_the_system_date}"""
    by_name = other_operation(rulesets, alone.replace("condition: {at: system_date}", "condition: by_both"))
    assert by_name == other_operation(rulesets, alone.replace("condition: {at: system_date}", written_out))


def test_a_key_of_an_operation_replaces_the_default_whole(rulesets: Path) -> None:
    folder_with_all(rulesets)
    without_its_own = NAMED_ONCE.replace("    authorisations: []\n", "")
    assert other_operation(rulesets, NAMED_ONCE).authorisations == ()
    assert other_operation(rulesets, without_its_own).authorisations == ("CSSS 07/062",)


def test_partners_and_their_codes(rulesets: Path) -> None:
    ruleset = loaded(rulesets)
    assert ruleset.partners["KBI"] == Partner("KBI", 40, 21, Identity.ASSUMED)
    (sector,) = ruleset.sectors
    (code,) = sector.quality_codes
    assert (sector.number, code.code) == (40, 116)
    assert code.label == Text("intégrant", "inburgeraar", "integrating", "Einzugliedernder")


def test_the_inventory_knows_where_each_name_stands(rulesets: Path) -> None:
    ruleset = loaded(rulesets)
    old, unnamed = ruleset.inventory
    assert (old.name, old.operation, old.relation) == ("OldPension", "Pension.consult", Relation.PREDECESSOR)
    assert (old.citation.document, old.citation.section, old.citation.lines) == ("decree", "1", (LineRange(1, 2),))
    assert (unnamed.operation, unnamed.relation) == ("Pension", Relation.UNNAMED)


def test_users_of_the_data_of_the_cpas(rulesets: Path) -> None:
    (user,) = loaded(rulesets).users
    assert (user.name, user.partner, user.operations) == ("The integrator", "VDI", ("Pension",))
    assert user.purpose.nl == "voor zijn klanten"


def test_their_citations_have_fingerprints_too(rulesets: Path) -> None:
    folder_with_all(rulesets)
    changed = {mistake.file for mistake in verify_sources(rulesets, SOURCES)}
    assert {"partners.yaml", "inventory.yaml", "users.yaml"} <= changed
    fill_fingerprints(rulesets, SOURCES)
    assert verify_sources(rulesets, SOURCES) == ()
    assert all(entry.citation.fingerprint for entry in load_rulesets(rulesets).inventory)
