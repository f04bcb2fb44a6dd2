"""The real executable, once for each command: it starts, finds what it needs, and does what the command is for."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from rules_service.cli import main
from tests.cli.program import CATALOGUE, CPAS, OPERATION, SHAPES, SSIN, execute, line, ran, serving

BIS = "85210100158"
ON = "2026-06-15"
ASKED = {"requester": {"cbe_number": CPAS}, "ssin": SSIN}
BIS_ASKED = ASKED | {"ssin": BIS, "quality_code": 11, "period": {"begin_date": "2026-01-01"}}
PROOF = {"proof": {"person": {"last_name": "Peeters", "birth_date": "1985-01-01"}}}
JANUARY = {"quality_code": 2, "period": {"begin_date": "2025-01-01", "end_date": "2025-01-31"}}
MUTATION = {"operation": "WaitRegisterMutation", "ssin": SSIN, "system_date": ON}

FILES = {
    "organisations.csv": f"cbe_number,sector,institution,kind,region,name\n{CPAS},17,1,cpas,flanders,a CPAS\n",
    "persons.csv": "ssin,last_name,first_name,birth_date,identity_card_number,sis_card_number\n"
    + "".join(f"{number},Peeters,,1985-01-01,,\n" for number in (SSIN, BIS)),
    "integrations.csv": "ssin,organisation,sector,quality_code,begin_date,end_date,registers\n"
    f"{SSIN},{CPAS},17,2,2026-01-01,,both\n",
    "request.jsonl": line().decode(),
    "add.json": json.dumps(ASKED | JANUARY | PROOF | {"request_id": "add"}),
    "take.json": json.dumps(ASKED | JANUARY | {"request_id": "take"}),
    "add_bis.json": json.dumps(BIS_ASKED | PROOF | {"request_id": "bis"}),
    "replace.json": json.dumps(
        {"requester": ASKED["requester"], "request_id": "replace", "old_ssin": BIS, "new_ssin": SSIN}
    ),
    "asked.json": json.dumps(ASKED),
    "shown.json": json.dumps(ASKED | PROOF),
    "mutation.json": json.dumps(MUTATION),
    "ssin.json": json.dumps({"ssin": SSIN}),
    "aliases.csv": "old_ssin,new_ssin\n",
}

MADE = (
    "init",
    "import organisations organisations.csv",
    "import persons persons.csv",
    "import integrations integrations.csv",
    "backup copy.backup",
    "dump history",
    "snapshot-key snapshots.key",
    "export integrations sealed.parquet --snapshot-key snapshots.key",
    "init --register served.sqlite",
    "import organisations organisations.csv --register served.sqlite",
    "import persons persons.csv --register served.sqlite",
    "integrate add_bis.json --register served.sqlite",
    "init --register keys.sqlite",
    "import persons persons.csv --register keys.sqlite",
    "persons rekey --register keys.sqlite",
    "persons rekey --register keys.sqlite",
    "init --register empty.sqlite",
)
"""By `register`, before anything else: the registers and files that the commands below read."""

USES = {
    "decide request.jsonl": "OUTCOME_GRANTED",
    "explain request.jsonl": f"GRANTED  {OPERATION}",
    "recipients mutation.json --register register.sqlite": CPAS,
    f"information-types {OPERATION} --purpose debtor 000": "May be given (1)",
    "rules check": "0 mistakes",
    f"rules test --rulesets {SHAPES}": "0 differences",
    f"rules codes --rulesets {CATALOGUE}": "5 quality codes",
    "rules coverage": "(100 %)",
    f"rules list --section 4.2 --rulesets {CATALOGUE}": "Folder.consult",
    f"rules show Folder.consult --rulesets {CATALOGUE}": "Consultation of the folder",
    f"rules users --rulesets {CATALOGUE}": "2 users",
    "register integrate add.json": "OUTCOME_GRANTED",
    "register remove take.json": "OUTCOME_GRANTED",
    "register list shown.json": "2026-01-01",
    "register verify": "0 wrong",
    "register backup another.backup": "backed up revision",
    "register restore copy.backup --register restored.sqlite": "restored revision 3",
    "register dump another": "dumped revision",
    "register load history --register empty.sqlite": "loaded revision 3",
    "register stats": "table integrations",
    "register subject-export ssin.json": SSIN,
    "register purge --integrations '10 years' --dry-run": "0 rows to purge",
    "register snapshot-key another.key": "made another.key",
    "register decrypt sealed.parquet opened.parquet --snapshot-key snapshots.key": "written to opened.parquet",
    "register persons keys": "key 1",
    "register persons rekey": "key 2 makes new rows",
    "register persons remove-key 2 --register keys.sqlite": "key 2 is removed",
    "register init --register new.sqlite": "made new.sqlite",
    "register migrate --register served.sqlite": "has schema version",
    "register import aliases aliases.csv": "0 bad",
    "register export integrations integrations.parquet": "rows written",
    "client integrate add.json --server {server}": "OUTCOME_GRANTED",
    "client remove take.json --server {server}": "OUTCOME_GRANTED",
    "client list shown.json --server {server}": "OUTCOME_GRANTED",
    "client replace-ssin replace.json --server {server}": "OUTCOME_GRANTED",
    "client ssin-history asked.json --server {server}": "OUTCOME_GRANTED",
    "client import integrations.csv --server {server}": "1 imported",
    "client watch --server {server}": "revision",
    "client organisations --server {server}": "a CPAS",
    "client info --server {server}": "max_batch_size",
    "client decide request.jsonl --server {server}": "OUTCOME_GRANTED",
    "client explain request.jsonl --server {server}": f"GRANTED  {OPERATION}",
    f"client information-types {OPERATION} --purpose debtor 000 --server {{server}}": "May be given (1)",
    "client recipients mutation.json --server {server}": "WaitRegisterMutation",
}
"""What is typed, and a part of what is said to it; each works whether or not the others ran."""
ELSEWHERE = {"serve", "demo"}
"""These run until they are stopped, or for long: `test_server.py` starts the executable for them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("installed")
    for name, text in FILES.items():
        (made / name).write_text(text)
    for command in MADE:
        ran("register", *shlex.split(command), folder=made)
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with serving(folder / "served.sqlite") as address:
        yield address


@pytest.mark.parametrize(("typed", "said"), USES.items(), ids=USES)
def test_each_command_does_its_work(typed: str, said: str, folder: Path, request: pytest.FixtureRequest) -> None:
    if "{server}" in typed:
        typed = typed.format(server=request.getfixturevalue("server"))
    done = execute(*shlex.split(typed), folder=folder)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert said in done.stdout.decode()


def test_no_command_is_forgotten() -> None:
    assert {name_in(typed) for typed in USES} | ELSEWHERE == set(commands(main))


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name


def name_in(typed: str) -> str:
    return next(name for name in commands(main) if f"{typed} ".startswith(f"{name} "))


def test_help_and_version() -> None:
    assert execute("--help").stdout.startswith(b"Usage: rules-service [OPTIONS] COMMAND")
    assert execute("--version").stdout.startswith(b"rules-service, version ")
