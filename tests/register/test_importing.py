"""Importing files: every bad row is told with its line and its reason, and nothing comes in unless asked."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules_service.algebra import FUTURE, MAX_DAY, MIN_DAY, parse_day
from rules_service.errors import RegisterUnavailableError
from rules_service.identifiers import format_ssin
from rules_service.register import BadRow, FileKind, Register, UnusableFileError, export_file, import_file
from tests.register.support import (
    GHENT,
    HEADER,
    NAMUR,
    ORGANISATIONS,
    bis,
    import_aliases,
    import_lines,
    line,
    national,
    with_organisations,
    write,
)

SSIN = format_ssin(national(1))
CODE_3 = (("2024-01-01", "2024-02-29"), ("2024-03-01", "2024-04-30"))


@pytest.fixture
def register(place: str, tmp_path: Path) -> Iterator[Register]:
    with with_organisations(tmp_path, place) as made:
        yield made


def test_rows_come_in_as_they_are_given(register: Register, tmp_path: Path) -> None:
    rows = [
        f"{SSIN},{GHENT},17,2,2024-02-29,2025-02-28,both",
        f"{SSIN},40/021,040,116,0001-01-01,9999-12-31,PRIMARY",
        f"{SSIN},{NAMUR},17,021,2024-01-01,,secondary",
    ]
    report = import_lines(register, tmp_path, rows)
    assert (report.rows_read, report.rows_imported, report.bad_count, report.revision) == (3, 3, 0, 2)
    found = {row.quality_code: row for row in register.reader().integrations_of(national(1))}
    assert (found[2].begin, found[2].end) == (parse_day("2024-02-29"), parse_day("2025-02-28"))
    assert (found[116].begin, found[116].end) == (MIN_DAY, MAX_DAY)
    assert (found[116].organisation, found[116].sector, found[116].institution) == ("40/21", 40, 21)
    assert (found[116].primary, found[116].secondary) == (True, False)
    assert (found[21].end, found[21].primary, found[21].secondary) == (FUTURE, False, True)


BAD_ROWS = [
    (f"{SSIN[:-1]}9,{GHENT},17,2,2024-01-01,,both", "ssin", "wrong check digits"),
    (f"{SSIN[:-1]},{GHENT},17,2,2024-01-01,,both", "ssin", "exactly 11 digits"),
    (f",{GHENT},17,2,2024-01-01,,both", "ssin", "exactly 11 digits"),
    (f"{SSIN},1900002148,17,2,2024-01-01,,both", "organisation", "is not in the register"),
    (f"{SSIN},17/1,17,2,2024-01-01,,both", "organisation", "is not in the register"),
    (f"{SSIN},1/2/3,17,2,2024-01-01,,both", "organisation", "sector and an institution"),
    (f"{SSIN},{GHENT},-1,2,2024-01-01,,both", "sector", "between 0 and 999"),
    (f"{SSIN},{GHENT},17,1000,2024-01-01,,both", "quality_code", "between 0 and 999"),
    (f"{SSIN},{GHENT},17,two,2024-01-01,,both", "quality_code", "between 0 and 999"),
    (f"{SSIN},{GHENT},17,٢,2024-01-01,,both", "quality_code", "between 0 and 999"),
    (f"{SSIN},{GHENT},17,2,,,both", "begin_date", "YYYY-MM-DD"),
    (f"{SSIN},{GHENT},17,2,2023-02-29,,both", "begin_date", "between 01 and 28"),
    (f"{SSIN},{GHENT},17,2,2024-01-01,infinity,both", "end_date", "YYYY-MM-DD"),
    (f"{SSIN},{GHENT},17,2,2024-01-02,2024-01-01,both", "end_date", "lies before `begin_date`"),
    (f"{SSIN},{GHENT},17,2,2024-01-01,,none", "registers", "`primary`, `secondary` or `both`"),
    (f"{SSIN},{GHENT},17,2,2024-01-01", "", "has 5 fields where the header has 7"),
    (f'{SSIN},"{GHENT}"x,17,2,2024-01-01,,both', "", "cannot be read as CSV"),
    (f"{SSIN},{GHENT},{'9' * 200_000},2,2024-01-01,,both", "", "length of its fields"),
    (f"{SSIN},{GHENT},{'9' * 100_000},2,2024-01-01,,both", "sector", "between 0 and 999"),
    (line(2), "", "comes twice in this file"),
]


@pytest.mark.parametrize(("bad", "field", "reason"), BAD_ROWS, ids=[f"{b[1]}-{n}" for n, b in enumerate(BAD_ROWS)])
def test_a_bad_row_is_told_and_nothing_comes_in(
    register: Register, tmp_path: Path, bad: str, field: str, reason: str
) -> None:
    report = import_lines(register, tmp_path, [line(2), "", bad, line(3)])
    assert (report.rows_read, report.rows_imported, report.bad_count, report.revision) == (3, 0, 1, None)
    assert [(row.line, row.field) for row in report.bad_rows] == [(4, field)]
    assert reason in report.bad_rows[0].reason
    assert SSIN not in str(report)
    assert register.revision() == 1
    assert len(register.snapshot().row_id) == 0


def test_every_bad_row_is_told_in_the_order_of_the_file(register: Register, tmp_path: Path) -> None:
    lines = [row for place, bad in enumerate(BAD_ROWS[:-1], start=3) for row in (line(2, code=place), bad[0])]
    report = import_lines(register, tmp_path, [line(2), *lines, line(2)])
    assert [row.line for row in report.bad_rows] == [*range(4, 2 * len(BAD_ROWS) + 1, 2), 2 * len(BAD_ROWS) + 1]
    assert [row.field for row in report.bad_rows] == [field for _, field, _ in BAD_ROWS]


def test_keep_good_imports_the_others(register: Register, tmp_path: Path) -> None:
    report = import_lines(register, tmp_path, [line(2), "bad", line(3), line(2)], keep_good=True)
    assert (report.rows_read, report.rows_imported, report.bad_count, report.revision) == (4, 2, 2, 2)
    assert [row.line for row in report.bad_rows] == [3, 5]
    assert report.rows_imported == len(register.snapshot().row_id)


def test_keep_good_without_any_good_row_makes_no_revision(register: Register, tmp_path: Path) -> None:
    report = import_lines(register, tmp_path, ["bad", "worse"], keep_good=True)
    assert (report.rows_imported, report.bad_count, report.revision, register.revision()) == (0, 2, None, 1)


def test_a_row_that_the_register_holds_or_that_overlaps_is_refused_and_the_others_come_in(
    register: Register, tmp_path: Path
) -> None:
    import_lines(register, tmp_path, [line(1), line(2, begin="2024-03-01", end="2024-05-31")])
    rows = [
        line(1),
        line(1, begin="2031-01-02"),
        line(1, code=3, end="2024-02-29"),
        line(1, code=3, begin="2024-02-29", end="2024-04-30"),
        line(1, code=3, begin="2024-03-01", end="2024-04-30"),
        line(2, end="2024-02-29"),
        line(2, end="2024-03-01"),
        line(2, begin="2024-06-01"),
        line(2, begin="2023-01-01", end="2023-12-31").replace("both", "primary"),
        line(2, begin="2023-06-01", end="2023-06-30").replace("both", "secondary"),
        line(2, begin="2023-12-31", end="2023-12-31"),
    ]
    again = import_lines(register, tmp_path, rows, keep_good=True)
    held, overlaps = "is in the register already", "overlaps another integration of the same key"
    assert [row.line for row in again.bad_rows] == [2, 3, 5, 8, 12]
    for row, reason in zip(again.bad_rows, [held, *[overlaps] * 4], strict=True):
        assert row.field == ""
        assert row.reason.startswith(reason)
    assert again.rows_imported == 6
    days = [(row.begin, row.end) for row in register.reader().integrations_of(national(1)) if row.quality_code == 3]
    assert days == [(parse_day(begin), parse_day(end)) for begin, end in CODE_3]


def test_the_report_is_bounded_and_counts_on(register: Register, tmp_path: Path) -> None:
    path = write(tmp_path / "bad.csv", HEADER, *["bad"] * 50_000)
    report = import_file(register, FileKind.INTEGRATIONS, path, most_bad_rows=7)
    assert (len(report.bad_rows), report.bad_count, report.rows_read) == (7, 50_000, 50_000)


def test_columns_may_come_in_any_order(register: Register, tmp_path: Path) -> None:
    path = write(
        tmp_path / "x.csv",
        "registers,end_defaulted,end_date,begin_date,quality_code,sector,organisation,ssin",
        f",true,2024-02-01,2024-01-01,2,17,{GHENT},{SSIN}",
    )
    assert import_file(register, FileKind.INTEGRATIONS, path).rows_imported == 1


@pytest.mark.parametrize(
    "header",
    [
        "",
        "\n",
        line(1),
        HEADER.replace("ssin,", ""),
        HEADER.replace(",", ";"),
        HEADER + ",colour",
        HEADER + ",ssin",
        HEADER.upper(),
        '"' + HEADER,
        "\x00",
    ],
)
def test_a_wrong_header_is_refused_without_repeating_it(register: Register, tmp_path: Path, header: str) -> None:
    with pytest.raises(UnusableFileError) as failure:
        import_file(register, FileKind.INTEGRATIONS, write(tmp_path / "x.csv", header, line(1)))
    assert SSIN not in str(failure.value)
    assert register.revision() == 1


def test_files_that_cannot_be_read(register: Register, tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match="no file"):
        import_file(register, FileKind.ALIASES, tmp_path / "missing.csv")
    with pytest.raises(UnusableFileError, match=r"named \.csv or \.parquet"):
        import_file(register, FileKind.ALIASES, write(tmp_path / "x.txt", "old_ssin,new_ssin"))
    with pytest.raises(UnusableFileError):
        import_file(register, FileKind.ALIASES, tmp_path)
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UnusableFileError):
        import_file(register, FileKind.ALIASES, tmp_path / "folder.csv")
    with pytest.raises(UnusableFileError, match=r"line 2 .* longer"):
        import_file(register, FileKind.ALIASES, write(tmp_path / "x.csv", "old_ssin,new_ssin", "9" * 3_000_000))


def test_utf_8_with_or_without_mark_and_what_is_not_utf_8(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes(ORGANISATIONS.splitlines()[0].encode("utf-8-sig") + "\n,40,22,partner,,Één".encode() + b"\n")
    assert import_file(register, FileKind.ORGANISATIONS, path).rows_imported == 1
    path.write_bytes(path.read_bytes() + b",40,23,partner,,\xe9\xe9n\n,40,24,partner,,ok\n")
    report = import_file(register, FileKind.ORGANISATIONS, path, keep_good=True)
    assert [(row.line, row.field, row.reason[:12]) for row in report.bad_rows[1:]] == [(3, "name", "is not UTF-8")]
    assert report.rows_imported == 1
    path.write_bytes(f"{HEADER}\n".encode() + line(1).encode().replace(b"both", b"b\xf6th"))
    assert import_file(register, FileKind.INTEGRATIONS, path).bad_rows == (BadRow(2, "registers", "is not UTF-8 text"),)
    path.write_bytes(ORGANISATIONS.encode("utf-16"))
    with pytest.raises(UnusableFileError):
        import_file(register, FileKind.ORGANISATIONS, path)


def test_a_quoted_line_break_does_not_shift_the_lines_that_follow(register: Register, tmp_path: Path) -> None:
    header = ORGANISATIONS.splitlines()[0]
    path = write(tmp_path / "o.csv", header, ',40,22,partner,,"two', 'lines"', ",40,23,nobody,,ok")
    report = import_file(register, FileKind.ORGANISATIONS, path)
    assert [(row.line, row.field) for row in report.bad_rows] == [(2, "name"), (4, "kind")]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("1900000763,17,1,cpas,flanders,x", "cbe_number"),
        (",17,,cpas,flanders,x", "cbe_number"),
        (",,1,cpas,flanders,x", "sector"),
        (",17,1000,cpas,flanders,x", "institution"),
        (",40,30,king,flanders,x", "kind"),
        (",40,30,cpas,zeeland,x", "region"),
        (f",40,30,cpas,flanders,{'x' * 201}", "name"),
        (",40,30,cpas,flanders,x\x00", "name"),
        (f'{GHENT},17,1,cpas,flanders,"OCMW één, Gent"', ""),
    ],
)
def test_bad_organisations(register: Register, tmp_path: Path, row: str, field: str) -> None:
    path = write(tmp_path / "o.csv", ORGANISATIONS.splitlines()[0], ",40,29,partner,,fine", row)
    report = import_file(register, FileKind.ORGANISATIONS, path)
    assert [(bad.line, bad.field) for bad in report.bad_rows] == [(3, field)]
    assert (report.rows_imported, register.revision()) == (0, 1)


def test_a_parent_is_known_before_its_members_and_stands_where_a_file_says_nothing_of_it(
    register: Register, tmp_path: Path
) -> None:
    old = ORGANISATIONS.splitlines()[0]
    path = write(
        tmp_path / "o.csv",
        f"parent,{old}",
        f"{GHENT},,40,22,partner,,child",
        "40/022,,40,23,partner,,grandchild",
        "40/25,,40,24,partner,,of nobody",
        "40/23,,40,22,partner,,in a circle",
        "40/26,,40,26,partner,,its own",
        "x/y,,40,27,partner,,nonsense",
        ",,40,28,partner,,alone",
    )
    report = import_file(register, FileKind.ORGANISATIONS, path, keep_good=True)
    assert [(row.line, row.field) for row in report.bad_rows] == [(4, "parent"), (5, ""), (6, "parent"), (7, "parent")]
    assert parents(register, tmp_path) == {"40/22": GHENT, "40/23": "40/22"}

    write(path, old, ",40,22,partner,,another name")
    assert import_file(register, FileKind.ORGANISATIONS, path).rows_imported == 1
    assert parents(register, tmp_path) == {"40/22": GHENT, "40/23": "40/22"}
    write(path, f"{old},parent", ",40,22,partner,,another name,40/23")
    assert import_file(register, FileKind.ORGANISATIONS, path).bad_rows[0].field == "parent"
    write(path, f"{old},parent", ",40,22,partner,,another name,")
    assert import_file(register, FileKind.ORGANISATIONS, path).rows_imported == 1
    assert parents(register, tmp_path) == {"40/23": "40/22"}
    assert parents(register, tmp_path, revision=2) == {"40/22": GHENT, "40/23": "40/22"}


def parents(register: Register, folder: Path, revision: int | None = None) -> dict[str, str]:
    """The parent of each organisation that has one, as an export tells it."""
    export_file(register, FileKind.ORGANISATIONS, folder / "exported.csv", revision)
    with (folder / "exported.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [row["cbe_number"] or f"{row['sector']}/{row['institution']}" for row in rows]
    return {key: row["parent"] for key, row in zip(keys, rows, strict=True) if row["parent"]}


def test_an_organisation_comes_once_in_a_file(register: Register, tmp_path: Path) -> None:
    header = ORGANISATIONS.splitlines()[0]
    path = write(tmp_path / "o.csv", header, ",40,22,partner,,one", ",40,022,partner,,two")
    assert [row.line for row in import_file(register, FileKind.ORGANISATIONS, path).bad_rows] == [3]


def test_s18_replacements_run_from_bis_to_national_or_bis_without_circle(register: Register, tmp_path: Path) -> None:
    assert import_aliases(register, tmp_path, [(bis(1), bis(2)), (bis(2), bis(3))]).revision == 2
    bad = [
        (bis(3), bis(1), "new_ssin"),
        (bis(4), bis(4), "new_ssin"),
        (bis(1), bis(2), ""),
        (bis(1), national(1), "old_ssin"),
        (national(1), bis(5), "old_ssin"),
        (national(1), national(2), "old_ssin"),
    ]
    for old, new, field in bad:
        report = import_aliases(register, tmp_path, [(bis(6), bis(7)), (old, new)])
        assert [(row.line, row.field) for row in report.bad_rows] == [(3, field)]
        assert report.rows_imported == 0
    circle = [(bis(11), bis(12)), (bis(12), bis(13)), (bis(13), bis(11))]
    assert [row.line for row in import_aliases(register, tmp_path, circle).bad_rows] == [4]
    assert import_aliases(register, tmp_path, [(bis(3), national(3))]).rows_imported == 1
    assert register.reader().current_number(bis(1)) == register.snapshot().current_number(bis(1)) == national(3)


def test_parquet_of_text_or_of_numbers_and_dates(register: Register, tmp_path: Path) -> None:
    young = 10_100_173  # its first three digits are zeros
    table = pa.table(
        {
            "ssin": pa.array([national(1), young, 7]),
            "organisation": pa.array([GHENT, GHENT, "1900002148"]).dictionary_encode(),
            "sector": pa.array([17, 17, 17], pa.uint8()),
            "quality_code": pa.array(["2", "003", "4"], pa.large_string()),
            "begin_date": pa.array([dt.date(2024, 2, 29)] * 3),
            "end_date": pa.array([None, dt.date(9999, 12, 31), None], pa.date32()),
            "registers": pa.nulls(3),
        }
    )
    pq.write_table(table, tmp_path / "i.parquet")
    report = import_file(register, FileKind.INTEGRATIONS, tmp_path / "i.parquet", keep_good=True)
    assert [(row.line, row.field) for row in report.bad_rows] == [(3, "ssin")]
    [first] = register.reader().integrations_of(national(1))
    [second] = register.reader().integrations_of(young)
    assert (first.begin, first.end, first.primary, first.secondary) == (parse_day("2024-02-29"), FUTURE, True, True)
    assert (second.quality_code, second.end) == (3, MAX_DAY)


def test_parquet_that_is_not_text(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = pa.array([str(bis(1)).encode(), b"\xff\xfe"]).cast(pa.binary()).view(pa.string())
    pq.write_table(pa.table({"old_ssin": texts, "new_ssin": [str(national(1))] * 2}), path)
    report = import_file(register, FileKind.ALIASES, path)
    assert report.bad_rows == (BadRow(2, "old_ssin", "is not UTF-8 text"),)
    pq.write_table(pa.table({"old_ssin": [[1]], "new_ssin": [1]}), path)
    with pytest.raises(UnusableFileError, match=r"`old_ssin` .* has type `list"):
        import_file(register, FileKind.ALIASES, path)
    pq.write_table(pa.table({"old_ssin": [1]}), path)
    with pytest.raises(UnusableFileError, match="lacks the columns `new_ssin`"):
        import_file(register, FileKind.ALIASES, path)


def test_an_import_shows_its_progress_and_readers_see_all_of_it_or_nothing(
    register: Register, place: str, tmp_path: Path
) -> None:
    codes = range(1, 61)
    path = write(tmp_path / "i.csv", HEADER, *[line(person, code=code) for code in codes for person in range(1, 998)])
    seen: list[tuple[int, int | None]] = []
    with Register.open(place, busy_seconds=0.01) as other:

        def look(rows: int, total: int | None) -> None:
            seen.append((rows, total))
            assert (other.revision(), len(other.snapshot().row_id)) == (1, 0)
            with pytest.raises(RegisterUnavailableError, match="locked"), other.write("meanwhile"):
                pytest.fail("two writers at once")

        report = import_file(register, FileKind.INTEGRATIONS, path, progress=look)
        total = 60 * 997
        assert seen == [(20_000, total), (40_000, total), (total, total)]
        assert (report.rows_imported, other.revision(), len(other.snapshot().row_id)) == (total, 2, total)
