"""A plan on disk: what is read is what was written, and everything else is refused with a way out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from rules_service.compile import compile_ruleset
from rules_service.errors import OperatorError
from rules_service.plan import PLAN_FORMAT, Plan, read_plan, seal, write_plan
from tests.compile.reading import node_of, ruleset_of

RULES = """
- name: First
  aliases: [OldFirst]
  requesters: [{kind: cpas, regions: [flanders, wallonia]}, {kind: partner, sector: 40, institution: 21}]
  authorisations: [CSSS 01/001]
  assumptions: [A3]
  legal_contexts: [SOCIAL_INQUIRY, DÉBITEUR]
  variants:
    - name: covered « entièrement »
      when: {parameters: {decision: [grant, refuse]}, persons: some, given: [request_period]}
      inputs: [{name: request_period, optional_end: true}, {name: quarter, when_missing: facts_not_held}]
      integrations: {of: requester, codes: [1-9, 30], register: both, extended: begin - 5 years - 2 months + 3 days}
      condition:
        any:
          - {covers: request_period}
          - {total_days: {at_least: 90, within: "min(end_date - 1 year rounding up, 2024-02-29) .. end_date"}}
          - {periods_overlap: [request_period, quarter]}
    - {name: none, when: {persons: none}, no_control: without_a_person}
- name: Second
  status: not_yet_available
  delivers_information_types: true
  variants:
    - integrations: {of: {sector: 40, institution: 0}, codes: any}
      condition: {at: system_date}
"""
DIGEST_OF_RULES = """
from tests.compile.reading import node_of, ruleset_of
from tests.plan.test_storage import RULES
from rules_service.compile import compile_ruleset
print(compile_ruleset(ruleset_of(*node_of(RULES).items)).digest)
"""


def compiled(rules: str = RULES) -> Plan:
    return compile_ruleset(ruleset_of(*node_of(rules).items))


def spoiled(path: Path, change: Callable[[Any], Any]) -> Path:
    """A plan written to `path`, its JSON changed."""
    write_plan(compiled(), path)
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps(change(document)), encoding="utf-8")
    return path


def with_plan(key: str, value: Any) -> Callable[[Any], Any]:
    return lambda document: {**document, "plan": {**document["plan"], key: value}}


def test_what_is_read_equals_what_was_written(tmp_path: Path) -> None:
    plan = compiled()
    write_plan(plan, tmp_path / "plan.json")
    read = read_plan(tmp_path / "plan.json")
    assert read == plan
    assert seal(read).digest == plan.digest


def kinds(value: Any) -> Any:
    """The types of a value and of everything in it."""
    match value:
        case tuple():
            return tuple(map(kinds, value))
        case frozenset():
            return frozenset, {kinds(each) for each in value}
        case dict():
            return dict, {key: kinds(each) for key, each in value.items()}
        case _ if is_dataclass(value):
            return type(value), *(kinds(getattr(value, field.name)) for field in fields(value))
        case _:
            return type(value)


def test_what_is_read_has_the_same_types(tmp_path: Path) -> None:
    """Equality alone would take a number for an enumeration."""
    write_plan(compiled(), tmp_path / "plan.json")
    assert kinds(read_plan(tmp_path / "plan.json")) == kinds(compiled())


def test_equal_plans_are_equal_bytes(tmp_path: Path) -> None:
    write_plan(compiled(), tmp_path / "one.json")
    write_plan(read_plan(tmp_path / "one.json"), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_the_file_is_readable_json(tmp_path: Path) -> None:
    write_plan(compiled(), tmp_path / "plan.json")
    text = (tmp_path / "plan.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert document["format"] == PLAN_FORMAT
    assert document["plan"]["names"] == {"First": 0, "OldFirst": 0, "Second": 1}
    assert "min(end_date - 1 year rounding up, 2024-02-29) .. end_date" in document["plan"]["windows"]
    assert "covered « entièrement »" in text


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_digest_is_the_same_in_every_process(seed: str) -> None:
    """Sets of texts have another order under another hash seed."""
    command = [sys.executable, "-c", DIGEST_OF_RULES]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    root = Path(__file__).parents[2]
    told = subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True, text=True)
    assert told.stdout.strip() == compiled().digest


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("First", "Primo"),
        ("OldFirst", "OlderFirst"),
        ("regions: [flanders, wallonia]", "regions: [flanders]"),
        ("institution: 21", "institution: 22"),
        ("authorisations: [CSSS 01/001]", "authorisations: [CSSS 02/002]"),
        ("assumptions: [A3]", "assumptions: [A4]"),
        ("DÉBITEUR", "DEBITEUR"),
        ("entièrement", "partiellement"),
        ("decision: [grant, refuse]", "decision: [grant]"),
        ("persons: some", "persons: none"),
        ("given: [request_period]", "given: [quarter]"),
        ("optional_end: true", "optional_end: false"),
        ("when_missing: facts_not_held", "when_missing: does_not_hold"),
        ("codes: [1-9, 30]", "codes: [1-9, 31]"),
        ("of: requester", "of: requester_sector"),
        ("register: both", "register: secondary"),
        ("begin - 5 years", "begin - 4 years"),
        ("at_least: 90", "at_least: 91"),
        ("rounding up", "rounding down"),
        ("{covers: request_period}", "{overlaps: request_period}"),
        ("{covers: request_period}", "{covers: request_period, union: one_integration}"),
        ("[request_period, quarter]}", "[request_period, validity]}"),
        ("no_control: without_a_person", "undocumented: true"),
        ("status: not_yet_available", "status: removed"),
        ("delivers_information_types: true", "delivers_information_types: false"),
        ("delivers_information_types: true", "proof_of_authentication: true"),
        ("delivers_information_types: true", "replaced_number: refuse"),
        ("sector: 40, institution: 0", "sector: 41, institution: 0"),
        ("{sector: 40, institution: 0}", "{sector: 40}"),
        ("{at: system_date}", "{at: system_date + 1 day}"),
    ],
)
def test_the_digest_changes_with_any_rule(before: str, after: str) -> None:
    changed = RULES.replace(before, after, 1)
    assert changed != RULES
    assert compiled(changed).digest != compiled().digest


def test_the_digest_does_not_change_with_the_order_of_what_has_none() -> None:
    reordered = RULES.replace("[SOCIAL_INQUIRY, DÉBITEUR]", "[DÉBITEUR, SOCIAL_INQUIRY]").replace(
        "[1-9, 30]", "[30, 1-9]"
    )
    assert reordered != RULES
    assert compiled(reordered).digest == compiled().digest


def test_the_digest_says_which_compiler_made_the_plan() -> None:
    plan = compiled()
    assert seal(replace(plan, compiler_version="another")).digest != plan.digest


def test_sealing_twice_changes_nothing() -> None:
    assert seal(seal(compiled())) == compiled()


def test_a_missing_file_is_for_the_operator(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be read"):
        read_plan(tmp_path / "nothing.json")
    with pytest.raises(OperatorError, match="cannot be read"):
        read_plan(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe plan",
        b"plan",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'"plan"',
        b"[" * 100_000,
        b'{"format": 1}',
        b'{"format": 1, "plan": null}',
        b'{"format": 1, "plan": []}',
        b'{"format": 1, "plan": {}}',
        b'{"format": 1, "plan": {"vocabulary": {}}}',
        b'{"format": 1, "plan": {"vocabulary": {"x": "hour"}}}',
    ],
    ids=lambda content: content[:40].decode("latin-1"),
)
def test_a_file_that_is_no_plan_is_for_the_operator(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(OperatorError, match="compile the rulesets again"):
        read_plan(tmp_path / "plan.json")


@pytest.mark.parametrize("other", [0, PLAN_FORMAT + 1, "1", None])
def test_a_plan_of_another_format_is_never_guessed_at(other: Any, tmp_path: Path) -> None:
    path = spoiled(tmp_path / "plan.json", lambda document: {**document, "format": other})
    with pytest.raises(OperatorError, match=f"not a plan of format {PLAN_FORMAT}"):
        read_plan(path)


@pytest.mark.parametrize(
    "change",
    [
        with_plan("digest", "0" * 64),
        with_plan("digest", ""),
        with_plan("names", {"First": 1}),
        with_plan("code_bits", {}),
        with_plan("windows", ["system_date"]),
        with_plan("clauses", []),
    ],
)
def test_a_changed_plan_does_not_fit_its_digest(change: Callable[[Any], Any], tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="its digest does not match"):
        read_plan(spoiled(tmp_path / "plan.json", change))


def test_a_plan_of_another_compiler_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="another version of the compiler; compile the rulesets again"):
        read_plan(spoiled(tmp_path / "plan.json", with_plan("compiler_version", "another")))


@pytest.mark.parametrize(
    "change",
    [
        with_plan("operations", None),
        with_plan("operations", [{"name": "First"}]),
        with_plan("windows", ["yesterday .."]),
        with_plan("windows", [7]),
        with_plan("code_bits", {"one": 1}),
        with_plan("vocabulary", ["system_date"]),
    ],
)
def test_tables_that_cannot_be_read_are_for_the_operator(change: Callable[[Any], Any], tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="its tables cannot be read"):
        read_plan(spoiled(tmp_path / "plan.json", change))


def test_every_truncated_file_is_refused(tmp_path: Path) -> None:
    write_plan(compiled(), tmp_path / "whole.json")
    content = (tmp_path / "whole.json").read_bytes()
    for length in range(0, len(content), 97):
        (tmp_path / "part.json").write_bytes(content[:length])
        with pytest.raises(OperatorError):
            read_plan(tmp_path / "part.json")


def test_a_plan_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    with pytest.raises(OperatorError, match="cannot be written"):
        write_plan(compiled(), tmp_path / "taken")
    with pytest.raises(OperatorError, match="cannot be written"):
        write_plan(compiled(), tmp_path / "no such folder" / "plan.json")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_full_disk_leaves_the_old_plan(tmp_path: Path) -> None:
    """A limit on the size of files is the closest thing to a full disk that needs no rights."""
    path = tmp_path / "plan.json"
    old = compiled(RULES.replace("First", "Primo"))
    write_plan(old, path)
    code = f"""
import resource, signal
from pathlib import Path
from tests.plan.test_storage import compiled
from rules_service.errors import OperatorError
from rules_service.plan import write_plan
plan = compiled()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_plan(plan, Path({str(path)!r}))
except OperatorError as error:
    print(error)
"""
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-B", "-c", code], cwd=root, check=True, capture_output=True, text=True)
    assert "cannot be written" in told.stdout
    assert read_plan(path) == old
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


def test_a_new_plan_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan(compiled(RULES.replace("First", "Primo")), path)
    write_plan(compiled(), path)
    assert read_plan(path) == compiled()
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]
