"""Everything on one person comes out, and nothing of any other."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from sqlalchemy import or_, select

from rules_service.identifiers import format_ssin
from rules_service.register.operations import subject_export
from rules_service.register.operations.tables import tables_of
from rules_service.register.ssins import numbers_of
from tests.register.operations.histories import NUMBERS, answer, describe, history, know_person, started
from tests.register.support import GHENT, bis, national, with_organisations
from tests.register.writing_support import integrate, key, remove, replace


def test_s31_all_that_is_held_is_told_with_its_past(place: str, tmp_path: Path) -> None:
    with started(place, tmp_path) as register:
        integrate(register, key(ssin=bis(1)), 19_723, 19_732)
        remove(register, key(ssin=bis(1)), 19_730)
        replace(register, bis(1), national(1))
        know_person(register, tmp_path, national(1), "Anne")
        answer(register, "mine", b"about " + format_ssin(bis(1)).encode())
        answer(register, "other", b"about " + format_ssin(national(2)).encode())
        integrate(register, key(2), 19_723)
        found = subject_export(register, bis(1))
        assert found == subject_export(register, national(1)) | {"person": found["person"]}
    assert found["person"] == {
        "asked": format_ssin(bis(1)),
        "current": format_ssin(national(1)),
        "numbers": sorted(map(format_ssin, (bis(1), national(1)))),
    }
    first, second = found["held"]["integrations"]
    assert {name: first[name] for name in ("ssin", "organisation", "begin_date", "end_date", "quality_code")} == {
        "ssin": format_ssin(bis(1)),
        "organisation": GHENT,
        "begin_date": "2024-01-01",
        "end_date": "2024-01-10",
        "quality_code": 2,
    }
    assert first["since"]["revision"] == 2
    assert (
        first["until"]
        == second["since"]
        == {"revision": 3, "recorded_at": first["until"]["recorded_at"], "note": "test"}
    )
    assert first["since"]["recorded_at"] < first["until"]["recorded_at"]
    assert (second["end_date"], second["until"]) == ("2024-01-07", None)
    (alias,) = found["held"]["aliases"]
    assert (alias["old_ssin"], alias["new_ssin"]) == (format_ssin(bis(1)), format_ssin(national(1)))
    assert found["held"]["persons"][0]["birth_year"] == 1985
    assert found["held"]["person_cards"][0]["kind"] == "identity"
    (kept,) = found["held"]["requests"]
    assert kept["request_id"] == "owner mine"
    assert format_ssin(bis(1)).encode() in base64.b64decode(kept["answer"])
    assert [each["name"] for each in found["organisations"]] == ["OCMW één, Gent"]
    assert found["register"]["revision"] == 6
    assert format_ssin(national(2)) not in json.dumps(found)


@pytest.mark.parametrize("seed", range(3))
def test_no_row_is_forgotten_and_none_is_of_another(place: str, tmp_path: Path, seed: int) -> None:
    with history(place, tmp_path, seed) as register:
        describe(register, 3, "Renamed")
        for number in NUMBERS:
            held = subject_export(register, number)["held"]
            with register.reading() as connection:
                numbers = numbers_of(connection, number, register.revision())
                for table in tables_of(connection):
                    columns = [column for column in table.columns if column.name.endswith("ssin")]
                    if columns:
                        about = select(table).where(or_(*(column.in_(numbers) for column in columns)))
                        assert len(held.get(table.name, [])) == len(connection.execute(about).all())
            others = {format_ssin(other) for other in NUMBERS if other not in numbers}
            rows = {name: rows for name, rows in held.items() if name != "requests"}
            assert not [other for other in others if other in json.dumps(rows)]


def test_of_a_stranger_nothing_is_held(place: str, tmp_path: Path) -> None:
    with with_organisations(tmp_path, place) as register:
        found = subject_export(register, national(9))
    assert (found["held"], found["organisations"]) == ({}, [])
