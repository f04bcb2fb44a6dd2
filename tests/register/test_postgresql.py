"""The register in PostgreSQL: addresses without passwords, and a server that goes away and comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, event

from rules_service.algebra import Period
from rules_service.errors import OperatorError, RegisterUnavailableError
from rules_service.register import Register
from rules_service.register.admission import Admitted
from rules_service.register.answered import WriteRequest, write_days_once
from rules_service.register.integrating import Holding, Written, integrate_days
from rules_service.register.postgresql import PostgresqlDatabase
from tests.register.postgresql_server import PostgresqlServer, running_server
from tests.register.support import bis, national, with_organisations
from tests.register.writing_support import days_of, key, rows_of

HIDDEN = "hunter2"
# Waits until they are gone: what is sent to a connection that is being cut is lost.
CUT = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE pid != pg_backend_pid() AND usename = 'register'
"""
NOT_NOW = r"cannot be reached|connection|stopping"


def write_alias(register: Register, person: int, meanwhile: Callable[[], object]) -> None:
    with register.write("test") as writer:
        writer.add_aliases([(bis(person), national(person))])
        meanwhile()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (f"postgresql://me:{HIDDEN}@host/db", "postgresql://me@host/db"),
        (f"postgresql://me@host:5433/db?password={HIDDEN}&sslmode=require", "postgresql://me@host:5433/db"),
        (f"postgresql:///db?host=/var/run&passfile={HIDDEN}", "postgresql:///db"),
    ],
)
def test_the_name_of_a_place_has_no_password(address: str, name: str) -> None:
    assert str(PostgresqlDatabase(address, 1.0)) == name


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://me:{HIDDEN}@host:port/db",
        f"postgresql://me:{HIDDEN}@127.0.0.1:1/db",
        f"postgresql://me:{HIDDEN}@no-such-host.invalid/db",
        f"postgresql://me:{HIDDEN}@/db?{HIDDEN}=1",
        f"postgresql://me:{HIDDEN}@/db?host=/nowhere",
    ],
)
def test_an_address_that_leads_nowhere_is_refused_without_its_password(address: str) -> None:
    for open_or_create in (Register.open, Register.create):
        with pytest.raises(OperatorError) as failure:
            open_or_create(address)
        assert HIDDEN not in str(failure.value)
        assert failure.value.__cause__ is None


def test_a_database_that_is_not_there_or_holds_no_register(postgresql: PostgresqlServer) -> None:
    with pytest.raises(RegisterUnavailableError, match=NOT_NOW):
        Register.open(postgresql.address("nowhere"))
    with pytest.raises(OperatorError, match="is not a register"):
        Register.open(postgresql.new_place())
    place = postgresql.new_place()
    with postgresql.connect(place) as connection:
        connection.execute("CREATE TABLE meta (other text)")
    with pytest.raises(OperatorError, match="already"):
        Register.create(place)


def test_a_database_of_its_own_gets_all_that_it_needs(postgresql: PostgresqlServer) -> None:
    place = postgresql.new_database()
    Register.create(place).close()
    with postgresql.connect(place) as connection:
        found = connection.execute("SELECT extname FROM pg_extension ORDER BY extname").fetchall()
    assert ("btree_gist",) in found


def test_registers_in_two_schemas_do_not_meet(postgresql: PostgresqlServer) -> None:
    with Register.create(postgresql.new_place()) as one, Register.create(postgresql.new_place()) as other:
        with one.write("one") as writer, other.write("other") as other_writer:
            writer.add_aliases([(bis(1), national(1))])
            other_writer.add_aliases([(bis(2), national(2))])
        assert one.reader().current_number(bis(2)) == bis(2)
        assert other.reader().current_number(bis(2)) == national(2)


def test_another_program_waits_for_the_writer_and_a_reader_of_it_does_not(postgresql: PostgresqlServer) -> None:
    place = postgresql.new_place()
    with Register.create(place) as register, postgresql.connect(place) as other:
        other.execute("SET lock_timeout = '50ms'")
        with register.write("first") as writer:
            writer.add_aliases([(bis(1), national(1))])
            assert other.execute("SELECT count(*) FROM aliases").fetchone() == (0,)
            with pytest.raises(LockNotAvailable):
                other.execute("INSERT INTO revisions VALUES (1, 1, 'theirs')")
        assert other.execute("SELECT count(*) FROM aliases").fetchone() == (1,)


def test_a_server_that_stops_is_an_error_until_it_is_back_and_what_was_acknowledged_is_there() -> None:
    with running_server(settings="") as server, Register.create(server.new_place()) as register:
        with register.write("kept") as writer:
            writer.add_aliases([(bis(1), national(1))])
        reader = register.reader()
        with pytest.raises(RegisterUnavailableError):
            write_alias(register, 2, meanwhile=server.stop)
        for attempt in (register.revision, register.snapshot, lambda: reader.current_number(bis(1))):
            with pytest.raises(RegisterUnavailableError, match=NOT_NOW):
                attempt()
        server.start()
        assert register.revision() == 1
        assert reader.current_number(bis(1)) == national(1)
        assert register.reader().current_number(bis(2)) == bis(2)
        with register.write("again") as writer:
            writer.add_aliases([(bis(2), national(2))])
        assert register.revision() == 2


def test_a_connection_that_is_cut_is_made_again(postgresql: PostgresqlServer) -> None:
    place = postgresql.new_place()
    with Register.create(place) as register, postgresql.connect() as operator:
        with pytest.raises(RegisterUnavailableError):
            write_alias(register, 1, meanwhile=lambda: operator.execute(CUT))
        assert register.revision() == 0
        operator.execute(CUT)
        assert register.revision() == 0


def test_a_connection_that_is_cut_before_its_transaction_begins_is_told_without_a_traceback(
    postgresql: PostgresqlServer, caplog: pytest.LogCaptureFixture
) -> None:
    with Register.create(postgresql.new_place()) as register, postgresql.connect() as operator:

        def cut_off(_connection: Connection) -> None:
            operator.execute(CUT)

        event.listen(Engine, "begin", cut_off)  # for every engine: what one has of its own is called after that
        try:
            with pytest.raises(RegisterUnavailableError, match=NOT_NOW):
                register.revision()
        finally:
            event.remove(Engine, "begin", cut_off)
        assert register.revision() == 0
    assert not caplog.records


def test_a_single_write_that_is_cut_is_not_there_and_can_be_asked_for_again(
    postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    place, request = postgresql.new_place(), WriteRequest("owner", "one", b"content")
    with with_organisations(tmp_path, place) as register, postgresql.connect() as operator:

        def work(holding: Holding) -> tuple[Written, bytes]:
            return integrate_days(holding, Admitted(Period(100, 200), end_defaulted=False)), b"done"

        def cut_off(holding: Holding) -> tuple[Written, bytes]:
            operator.execute(CUT)
            return work(holding)

        with pytest.raises(RegisterUnavailableError, match=NOT_NOW) as failure:
            write_days_once(register, request, "test", key(), cut_off)
        assert failure.value.__suppress_context__
        assert (register.revision(), rows_of(register, national(1))) == (1, ())
        assert write_days_once(register, request, "test", key(), work) == b"done"
        assert days_of(rows_of(register, national(1))) == [(100, 200)]
        operator.execute(CUT)
        assert write_days_once(register, request, "test", key(), cut_off) == b"done"


def test_a_damaged_copy_tells_nothing_of_persons(postgresql: PostgresqlServer) -> None:
    place = postgresql.new_place()
    with Register.create(place) as register, postgresql.connect(place) as other:
        other.execute("ALTER TABLE aliases ADD CHECK (old_ssin < 0)")
        with pytest.raises(RegisterUnavailableError, match="contradicts") as failure, register.write("no") as writer:
            writer.add_aliases([(bis(1), national(1))])
        assert str(bis(1)) not in str(failure.value)
        assert failure.value.__suppress_context__
        assert register.revision() == 0
