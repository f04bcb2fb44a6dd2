"""How long rows are kept is read from a file, and what is wrong with that is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_service.register.operations import Retained, RetentionSettingsError, read_retention


def written(folder: Path, text: str) -> Path:
    path = folder / "retention.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_days_for_each_table(tmp_path: Path) -> None:
    text = "# as agreed\n[retention_days]\nintegrations = 3_650\nrequests = 90 # three months\naliases = 36500\n"
    assert read_retention(written(tmp_path, text)) == {
        Retained.INTEGRATIONS: "3650 days",
        Retained.REQUESTS: "90 days",
        Retained.ALIASES: "36500 days",
    }
    assert read_retention(written(tmp_path, "retention_days.persons = 1\n")) == {Retained.PERSONS: "1 days"}


@pytest.mark.parametrize("days", ["0", "-1", "36501", "1.5", "true", '"90"', "[90]", "2026-01-01", "inf"])
def test_what_is_no_number_of_days(tmp_path: Path, days: str) -> None:
    path = written(tmp_path, f"[retention_days]\nintegrations = 1\nrequests = {days}\n")
    with pytest.raises(RetentionSettingsError) as refusal:
        read_retention(path)
    assert str(refusal.value) == f"{path}:3: `requests` must be a whole number of days, 1 to 36500"


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "colour = 'red'\n\n[retention_days]\nintegratons = 5\nrequests = -5\norganisations = 7\n")
    with pytest.raises(RetentionSettingsError) as refusal:
        read_retention(path)
    known = "integrations, person_cards, persons, requests, aliases"
    assert str(refusal.value).splitlines() == [
        f"{path}:1: `colour` is not known: put `table = days` under `[retention_days]`",
        f"{path}:4: `integratons` is no table that can be purged: give one of {known}",
        f"{path}:5: `requests` must be a whole number of days, 1 to 36500",
        f"{path}:6: `organisations` is no table that can be purged: give one of {known}",
    ]


@pytest.mark.parametrize("text", ["", "[retention_days]\n", "retention_days = 5\n", "# nothing\n"])
def test_a_file_that_says_nothing(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RetentionSettingsError, match=r"retention.toml:1: `\[retention_days\]` is missing or empty"):
        read_retention(path)


def test_what_is_no_toml(tmp_path: Path) -> None:
    with pytest.raises(RetentionSettingsError, match=r"is not TOML: expected .*\(at line 2, column 14\)"):
        read_retention(written(tmp_path, "[retention_days]\nintegrations days\n"))
    with pytest.raises(RetentionSettingsError, match="is not TOML: cannot overwrite a value"):
        read_retention(written(tmp_path, "[retention_days]\nrequests = 1\nrequests = 2\n"))
    (tmp_path / "retention.toml").write_bytes(b"\xff")
    with pytest.raises(RetentionSettingsError, match="is not UTF-8"):
        read_retention(tmp_path / "retention.toml")
    with pytest.raises(RetentionSettingsError, match="cannot be read: No such file"):
        read_retention(tmp_path / "missing.toml")
