"""What `stats` counts is what is there."""

from __future__ import annotations

from pathlib import Path

from rules_service.algebra import parse_day
from rules_service.register.operations import Cutoff, Retained, purge, statistics
from rules_service.register.operations.statistics import TableCount
from rules_service.register.row_algebra import Registers
from tests.register.operations.histories import started
from tests.register.support import bis, import_lines, line, national
from tests.register.writing_support import integrate, key, remove, replace

DAY = parse_day("2024-01-01")
FAR = 2**60


def test_everything_is_counted(place: str, tmp_path: Path) -> None:
    with started(place, tmp_path) as register:
        empty = statistics(register)
        assert (empty.revision, empty.persons, empty.first_day, empty.by_code) == (1, 0, None, {})
        import_lines(
            register, tmp_path, [line(1), line(2, code=3), line(2, code=3, begin="2023-01-01", end="2023-06-30")]
        )
        integrate(register, key(3), DAY + 5, registers=Registers.PRIMARY)
        remove(register, key(1), DAY)
        replace(register, bis(1), national(1))
        found = statistics(register)
        assert (found.revision, found.organisations, found.persons) == (5, 3, 2)
        assert found.created_at < found.recorded_at == register.latest().recorded_at
        assert found.size_bytes > 50_000
        assert found.tables["integrations"] == TableCount(rows=4, active=3)
        assert found.tables["integrations"].closed == 1
        assert found.tables["aliases"] == TableCount(1, 1)
        assert found.tables["organisations"] == TableCount(3, 3)
        assert found.by_register == {"primary": 3, "secondary": 2}
        assert found.by_code == {2: 1, 3: 2}
        assert (found.first_day, found.last_day) == (parse_day("2023-01-01"), DAY + 5)
        assert (found.purge_count, found.purged_rows) == (0, 0)
        purge(register, {Retained.INTEGRATIONS: Cutoff(FAR, "1 day")})
        found = statistics(register)
        assert (found.purge_count, found.purged_rows, found.tables["integrations"].closed) == (1, 1, 0)
