"""`rules-service rules`: check and test the rulesets; what reads them as a catalogue has files of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from rich.table import Table

from rules_service.cli.coverage import coverage
from rules_service.cli.failures import CHECK_FAILED, Failure, listed
from rules_service.cli.options import rulesets_option, source_option
from rules_service.cli.rules_codes import codes
from rules_service.cli.rules_list import list_command
from rules_service.cli.rules_show import show
from rules_service.cli.rules_users import users
from rules_service.cli.terminal import console
from rules_service.compile import compile_ruleset
from rules_service.conformance import run_conformance
from rules_service.errors import Mistake
from rules_service.evaluate import operations_beyond_columns
from rules_service.load import (
    check_cases,
    check_rulesets,
    fill_fingerprints,
    load_cases,
    load_rulesets,
    verify_sources,
)
from rules_service.model import Ruleset
from rules_service.plan import ClauseRow, Plan, Scope
from rules_service.reference.engine import Engine


@click.group()
def rules() -> None:
    """Check, test, list and show the rulesets."""


@rules.command()
@rulesets_option
@source_option
@click.option("--write-fingerprints", is_flag=True, help="Write the fingerprints that the cited lines have now.")
def check(rulesets: Path, source: Path | None, *, write_fingerprints: bool) -> None:
    """Find every mistake in the rulesets and their cases; with --source also citations that no longer fit.

    Prints what the rulesets hold, by shape of clause, and the digest of the plan. Exit code 1 when there are mistakes.
    """
    if write_fingerprints:
        if source is None:
            raise click.UsageError("--write-fingerprints needs --source DIR")
        click.echo(f"{fill_fingerprints(rulesets, source)} fingerprints written")
    ruleset, mistakes = check_rulesets(rulesets)
    cases, mistakes_in_cases = check_cases(rulesets)
    changed = verify_sources(rulesets, source) if source and ruleset else ()
    if ruleset:
        _tell_contents(ruleset, compile_ruleset(ruleset), len(cases))
    if source and ruleset:
        citations = sum(len(each.citations) for each in ruleset.operations)
        click.echo(f"sources: {citations} citations of operations compared with the texts in {source}")
    _end_check((*mistakes, *mistakes_in_cases, *changed))


def _end_check(mistakes: tuple[Mistake, ...]) -> None:
    if mistakes:
        click.echo(listed(sorted(mistakes), most=len(mistakes)), err=True)
        raise Failure(f"{len(mistakes)} mistakes", CHECK_FAILED)
    click.echo("0 mistakes")


def _tell_contents(ruleset: Ruleset, plan: Plan, case_count: int) -> None:
    ambiguities = sum(len(each.ambiguities) for each in ruleset.operations)
    click.echo(
        f"{len(plan.operations)} operations, {len(plan.variants)} variants, {len(plan.conjunctions)} alternatives, "
        f"{len(plan.clauses)} clauses, {len(plan.windows)} windows, {len(plan.code_bits)} quality codes"
    )
    click.echo(f"{ambiguities} ambiguities, {len(ruleset.assumptions)} assumptions, {case_count} conformance cases")
    table = Table("clause", "of", "count", box=None, pad_edge=False, header_style="bold")
    for (predicate, scope), count in sorted(Counter(map(_shape, plan.clauses)).items()):
        table.add_row(predicate, scope, str(count))
    console().print(table)
    beyond = operations_beyond_columns(plan)
    click.echo(f"decided in batches and columns: {len(plan.operations) - len(beyond)} of {len(plan.operations)}")
    for operation in beyond:
        click.echo(f"{operation}: only Decide can decide it")
    click.echo(f"plan {plan.digest}")


def _shape(clause: ClauseRow) -> tuple[str, str]:
    """What a clause compares with what; one over the request alone compares two of its periods."""
    predicate = "periods overlap" if clause.scope is Scope.REQUEST else clause.predicate.name.lower().replace("_", " ")
    return predicate, clause.scope.name.lower().replace("_", " ")


@rules.command()
@rulesets_option
def test(rulesets: Path) -> None:
    """Run the conformance cases through the reference, the single and the columnar evaluator.

    Prints every difference; exit code 1 when there is any.
    """
    ruleset, cases = load_rulesets(rulesets), load_cases(rulesets)
    with Engine() as engine:
        report = run_conformance(ruleset, cases, engine)
        derived_by = "plain Python" if engine.worker_pid is None else "durable-rules"
    if report.differences:
        click.echo(listed(report.differences, most=len(report.differences)), err=True)
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(report.outcomes.items()))
    evaluators = ", ".join(f"{name} {count}" for name, count in report.checks.items())
    click.echo(f"expected: {outcomes}")
    click.echo(f"compared: {evaluators} (verdicts of the reference by {derived_by})")
    click.echo(f"{report.case_count} cases, {len(report.differences)} differences")
    if report.differences:
        click.get_current_context().exit(CHECK_FAILED)


for _command in (codes, coverage, list_command, show, users):
    rules.add_command(_command)
