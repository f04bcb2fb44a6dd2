"""Synthetic numbers and small files for the tests of the register."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rules_service.identifiers import check_digits, format_ssin
from rules_service.register import FileKind, ImportReport, Register, import_file

GHENT, NAMUR = "1900000762", "1900001455"
ORGANISATIONS = f"""cbe_number,sector,institution,kind,region,name
{GHENT},17,1,cpas,flanders,"OCMW één, Gent"
{NAMUR},17,1,cpas,wallonia,CPAS deux
,40,21,partner,none,Partner
"""
HEADER = "ssin,organisation,sector,quality_code,begin_date,end_date,registers"


def national(number: int) -> int:
    """The valid number of the synthetic person `number`, 1 to 997."""
    nine_digits = 850_730_000 + number
    return nine_digits * 100 + check_digits(nine_digits, born_2000_or_later=False)


def bis(number: int) -> int:
    """The bis number of the same person."""
    nine_digits = 852_730_000 + number
    return nine_digits * 100 + check_digits(nine_digits, born_2000_or_later=False)


def line(person: int, *, organisation: str = GHENT, code: int = 2, begin: str = "2024-01-01", end: str = "") -> str:
    return f"{format_ssin(national(person))},{organisation},17,{code},{begin},{end},both"


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def with_organisations(folder: Path, place: str | None = None) -> Register:
    """A register at revision 1, which knows three organisations; in a file of the folder unless a place is given."""
    return know_organisations(Register.create(place or folder / "register.db"), folder)


def know_organisations(register: Register, folder: Path) -> Register:
    """A register that holds nothing, at revision 1, where it knows three organisations."""
    path = folder / "organisations.csv"
    path.write_text(ORGANISATIONS, encoding="utf-8")
    assert import_file(register, FileKind.ORGANISATIONS, path).revision == 1
    return register


def import_lines(register: Register, folder: Path, lines: Iterable[str], *, keep_good: bool = False) -> ImportReport:
    path = write(folder / "integrations.csv", HEADER, *lines)
    return import_file(register, FileKind.INTEGRATIONS, path, keep_good=keep_good)


def import_aliases(register: Register, folder: Path, pairs: Iterable[tuple[int, int]]) -> ImportReport:
    lines = [f"{format_ssin(old)},{format_ssin(new)}" for old, new in pairs]
    return import_file(register, FileKind.ALIASES, write(folder / "aliases.csv", "old_ssin,new_ssin", *lines))
