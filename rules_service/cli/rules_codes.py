"""`rules-service rules codes`: quality codes with their labels, those of the CPAS and those of partners."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from rules_service.catalogue import NetworkNames, SectorCode, quality_codes
from rules_service.cli.catalogue_json import source_json, text_json
from rules_service.cli.options import json_option, language_option, rulesets_option
from rules_service.cli.terminal import console
from rules_service.load import load_rulesets
from rules_service.publish import codes_on_terminal


@click.command()
@click.option("--sector", type=int, metavar="N", help="Only those of one sector, as 17 (CPAS).")
@rulesets_option
@language_option
@json_option
def codes(sector: int | None, rulesets: Path, language: str, *, as_json: bool) -> None:
    """List the quality codes of the CPAS and of the sectors of partners, with their maximum durations.

    As JSON with the labels in every language, also in German.
    """
    ruleset = load_rulesets(rulesets)
    found = quality_codes(ruleset, sector)
    if as_json:
        for each in found:
            click.echo(json.dumps(_code_json(each), ensure_ascii=False))
        return
    console().print(codes_on_terminal(found, NetworkNames.of(ruleset), language))
    click.echo(f"{len(found)} quality codes")


def _code_json(each: SectorCode) -> dict[str, Any]:
    return {
        "sector": each.sector,
        "code": each.code,
        "label": text_json(each.label),
        "maximum_duration": each.maximum_duration,
        "default_end": each.default_end,
        **({"source": source_json(each.citation)} if each.citation else {}),
    }
