from __future__ import annotations

import time
from pathlib import Path

import pytest

from rules_service.algebra import NameKind, Shift, Window, parse_window
from rules_service.errors import Mistake, Position, RuleAuthorError
from rules_service.identifiers.parties import ExecutedBy, Region, RequesterClass, RequesterKind
from rules_service.load import check_rulesets, load_rulesets
from rules_service.model import (
    Alias,
    AllOf,
    AnyOf,
    Citation,
    Control,
    Covers,
    Guard,
    Input,
    InputKind,
    LineRange,
    MissingInput,
    NoControl,
    OperationGroup,
    OperationStatus,
    Overlaps,
    PeriodsOverlap,
    Persons,
    Purpose,
    Register,
    ReplacedNumber,
    Ruleset,
    Selector,
    Text,
    TotalDays,
    Undocumented,
    UnionScope,
    Whose,
)

CATALOGUE = Path(__file__).parents[2] / "rulesets"
OWN_CODES = frozenset({*range(1, 10), 30})
CPAS = RequesterClass(RequesterKind.CPAS)


@pytest.fixture
def loaded(rulesets: Path) -> Ruleset:
    return load_rulesets(rulesets)


def own(*codes: int) -> Selector:
    return Selector(Whose.REQUESTER, frozenset(codes), Register.PRIMARY, extend_begin=Shift(months=-60))


def test_shared_names(loaded: Ruleset) -> None:
    assert loaded.documents == {"decree": "decree.txt"}
    assert loaded.vocabulary["request_period"] is NameKind.PERIOD
    assert loaded.vocabulary["system_date"] is NameKind.DATE
    assert loaded.parameters["decision"] == {"grant", "refuse"}
    assert loaded.parameters["reference_year"] == frozenset()
    assert loaded.authorisations["RN 35/2008"].printed_date == "30/02/2008"
    assert loaded.authorisations["CSSS 07/062"].covers == {"AS", "DA", "031"}
    assert loaded.assumptions["A4"].statement == Text(
        "le premier répertoire", "het eerste repertorium", "the primary register"
    )
    assert [code.code for code in loaded.quality_codes] == [*range(1, 10), 30, 40]
    assert loaded.information_types[1].user_roles == {"social_worker"}
    assert loaded.groups == (OperationGroup("Pension", ("Pension.consult", "Pension.write")),)


def test_an_operation_with_everything(loaded: Ruleset) -> None:
    operation = loaded.operations[0]
    assert operation.aliases == (Alias("PensionConsult"), Alias("OldPension", OperationStatus.BEING_REPLACED))
    assert operation.citations[0] == Citation("decree", "4.1", (LineRange(2, 4), LineRange(6, 6)), "0123456789abcdef")
    assert operation.requesters == (
        CPAS,
        RequesterClass(RequesterKind.ASSOCIATION_CHAPTER_XII, regions=frozenset({Region.FLANDERS})),
    )
    assert operation.purposes == set(Purpose)
    assert operation.replaced_number is ReplacedNumber.REFUSE
    assert operation.successor == "Pension.write"
    assert operation.file == "4_01_pensions.yaml"
    assert all(
        (
            operation.delivers_information_types,
            operation.proof_required,
            operation.all_or_nothing,
            operation.lists_others,
        )
    )


def test_what_is_left_out_takes_its_default(loaded: Ruleset) -> None:
    operation = loaded.operations[1]
    assert (operation.variants, operation.aliases, operation.assumptions) == ((), (), ())
    assert operation.replaced_number is ReplacedNumber.FOLLOW
    assert (operation.proof_required, operation.all_or_nothing, operation.lists_others) == (False, False, False)
    assert operation.requesters[0] == RequesterClass(RequesterKind.PARTNER, 40, 21)


def test_variants(loaded: Ruleset) -> None:
    covered, nothing, undocumented = loaded.operations[0].variants
    assert covered.guard == Guard(
        (CPAS,), (("decision", frozenset({"grant"})),), Persons.SOME, frozenset({"request_period"})
    )
    assert covered.inputs == (
        Input(InputKind.PERIOD, "request_period", optional_end=True),
        Input(InputKind.PERIOD, "validity", when_missing=MissingInput.FACTS_NOT_HELD),
        Input(InputKind.DATE, "end_date"),
        Input(InputKind.PARAMETER, "decision"),
    )
    assert covered.executed_by is ExecutedBy.SMALS
    assert covered.authorisations == ("RN 35/2008",)
    assert nothing.rule == NoControl("without_a_person")
    assert undocumented.rule == Undocumented()


def test_selectors_reach_the_leaves_and_codes_alone_restrict_them(loaded: Ruleset) -> None:
    def window(text: str) -> Window:
        return parse_window(text, loaded.vocabulary)

    sector_17 = Selector(Whose.SECTOR, frozenset({2, 3}), Register.BOTH, sector=17)
    institution = Selector(Whose.INSTITUTION, None, sector=40, institution=0)
    around = window("system_date - 2 months .. system_date + 45 days")
    both_ways = window("min(system_date, end_date) .. max(system_date, end_date)")
    alternatives = AnyOf(
        (
            Overlaps(window("system_date"), own(1)),
            AnyOf((Overlaps(around, own(4)), Overlaps(window("end_date - 1 day"), own(4)))),
            TotalDays(window("validity"), sector_17, 90),
            Overlaps(window("system_date"), institution),
            PeriodsOverlap(window("validity"), window("request_period")),
            Overlaps(both_ways, Selector(Whose.REQUESTER_SECTOR, None)),
        )
    )
    expected = AllOf((Covers(window("request_period"), own(*OWN_CODES), UnionScope.ONE_CODE), alternatives))
    assert loaded.operations[0].variants[0].rule == Control(expected)


def test_both_entry_points_say_the_same(rulesets: Path) -> None:
    ruleset, mistakes = check_rulesets(rulesets)
    assert (ruleset, mistakes) == (load_rulesets(rulesets), ())


def test_mistakes_of_all_files_are_listed_together_in_order(rulesets: Path) -> None:
    for name in ("quality_codes.yaml", "common.yaml", "4_01_pensions.yaml"):
        path = rulesets / name
        path.write_text(path.read_text() + "surprise: 1\n")
    ruleset, mistakes = check_rulesets(rulesets)
    assert ruleset is None
    assert [mistake.file for mistake in mistakes] == ["4_01_pensions.yaml", "common.yaml", "quality_codes.yaml"]
    assert {mistake.code for mistake in mistakes} == {"UNKNOWN_KEY"}


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuleAuthorError) as error:
        load_rulesets(tmp_path / "nowhere")
    assert [mistake.code for mistake in error.value.mistakes] == ["MISSING_FILE"]


@pytest.mark.parametrize("name", ["common.yaml", "quality_codes.yaml", "information_types.yaml"])
def test_a_shared_file_that_is_missing(name: str, rulesets: Path) -> None:
    (rulesets / name).unlink()
    mistakes = check_rulesets(rulesets)[1]
    assert Mistake(name, Position(), "MISSING_FILE", "", "cannot be read: No such file or directory") in mistakes


def test_a_folder_in_the_place_of_a_file(rulesets: Path) -> None:
    (rulesets / "4_03_folder.yaml").mkdir()
    assert [mistake.code for mistake in check_rulesets(rulesets)[1]] == ["MISSING_FILE"]


@pytest.mark.parametrize("name", ["pensions.yaml", "4_01_pensions.yml", "4_1.yaml", "4_02_Pensions.yaml"])
def test_a_file_that_nobody_would_read_is_a_mistake(name: str, rulesets: Path) -> None:
    (rulesets / name).write_text("a: b\n")
    (mistake,) = check_rulesets(rulesets)[1]
    assert (mistake.file, mistake.code) == (name, "UNEXPECTED_FILE")


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [(b"# a\n\xff\xfe", 2, 1), (b"# a\nb: \x00", 2, 4), ("# a\nb: c\u2028d".encode(), 2, 5), (b"\x7f", 1, 1)],
)
def test_bytes_that_are_no_text(content: bytes, line: int, column: int, rulesets: Path) -> None:
    (rulesets / "4_02_bytes.yaml").write_bytes(content)
    (mistake,) = check_rulesets(rulesets)[1]
    assert (mistake.code, mistake.position) == ("NOT_TEXT", Position(line, column))


def test_a_file_that_is_too_large_is_not_read(rulesets: Path) -> None:
    (rulesets / "4_02_large.yaml").write_bytes(b"#" * 500_001)
    assert [mistake.code for mistake in check_rulesets(rulesets)[1]] == ["TOO_LARGE"]


def test_carriage_returns_and_a_byte_order_mark_change_nothing(rulesets: Path, loaded: Ruleset) -> None:
    for path in rulesets.glob("*.yaml"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_rulesets(rulesets) == loaded


def test_the_catalogue_is_right_and_loads_in_well_under_a_second() -> None:
    started = time.process_time()  # other work on the machine does not count
    ruleset = load_rulesets(CATALOGUE)
    assert time.process_time() - started < 2.0  # several times what it takes on a quiet machine
    assert len(ruleset.operations) >= 25
