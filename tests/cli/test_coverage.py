"""`rules coverage`: complete for the rulesets of the program, and a failure where something is missing."""

from __future__ import annotations

import json
import re

from tests.cli.program import SHAPES, ran, run

FIGURE = re.compile(r"(\b[a-z][a-z ]*) ([0-9]+) of ([0-9]+) \(([0-9.]+) %\)")


def test_the_rulesets_of_the_program_lack_nothing() -> None:
    last = ran("rules", "coverage").splitlines()[-1]
    figures = {name: (found, wanted, share) for name, found, wanted, share in FIGURE.findall(last)}
    assert list(figures) == ["names", "citations", "variants", "clauses both ways", "borders of windows"]
    for found, wanted, share in figures.values():
        assert found == wanted
        assert int(found) > 100
        assert share == "100"


def test_what_is_missing_is_told_line_by_line_and_fails() -> None:
    done = run("rules", "coverage", "--rulesets", SHAPES)
    assert done.returncode == 1
    missing = done.stderr.decode().splitlines()
    assert "names: no name of the documents leads to `R0.no_control`" in missing
    assert any(line.startswith("citations: authorisations 4.2") for line in missing)
    assert done.stdout.decode().splitlines()[-1].startswith("names 0 of 20 (0 %), citations 0 of ")


def test_the_figures_as_json() -> None:
    done = run("rules", "coverage", "--rulesets", SHAPES, "--json")
    figures = json.loads(done.stdout)
    assert done.returncode == 1
    assert figures["names"]["found"] == 0
    assert len(figures["names"]["missing"]) == 20
    assert figures["variants"]["wanted"] == 28
