"""The page of results: a table and a picture for each measured file in `results/`, written anew from these files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")  # before the next line, which opens a window otherwise
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

RESULTS = Path(__file__).parent / "results"
GROWTH, PEERS, SERVING = RESULTS / "growth.json", RESULTS / "peers.json", RESULTS / "serving.json"
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "results",
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "figure.figsize": (7.0, 3.2),
}
OURS, OTHERS = "#1f5fa8", "#9aa5b1"
Points = list[dict[str, Any]]

HEADING = """# Results of measurements

Written by `make bench-growth`, `make bench-peers SAVE=1` and `make bench-serve SAVE=1`; do not edit. Figures of one
machine compare with each other, not with those of another one. "A decision" is one request about one person: from
columns of checked requests to columns of decisions, the person's number looked up, the evidence found; on one core.
"""


def write() -> None:
    """`README.md` and its pictures, from what has been measured."""
    parts = [HEADING]
    with mpl.rc_context(STYLE):
        if PEERS.exists():
            parts += _peers(json.loads(PEERS.read_text(encoding="utf-8")))
        if GROWTH.exists():
            parts += _growth(json.loads(GROWTH.read_text(encoding="utf-8")))
        if SERVING.exists():
            parts += _serving(json.loads(SERVING.read_text(encoding="utf-8")))
    (RESULTS / "README.md").write_text("\n".join(parts), encoding="utf-8")


def _peers(found: dict[str, Any]) -> list[str]:
    rows = [
        (
            each["name"],
            f"{each['requests']:,}",
            _rate(each["their_decisions_per_second"]),
            _rate(each["our_decisions_per_second"]),
            f"{each['ratio']:.2f}",
            "" if each["goal"] is None else f"{each['goal']:g}",
        )
        for each in found["peers"]
    ]
    _draw_peers(found["peers"])
    return [
        "## Beside other tools\n",
        f"{found['persons']:,} persons with {found['integrations']:,} integrations. {_measured_on(found['machine'])}\n",
        _table(("peer", "requests", "its decisions/s", "ours on the same", "times as fast", "goal"), rows),
        "![Decisions a second, ours and those of peers](peers.svg)\n",
    ]


def _draw_peers(peers: Points) -> None:
    figure, axes = plt.subplots(figsize=(7.0, 4.4))
    shown = sorted((each for each in peers if each["is_other"]), key=lambda each: each["their_decisions_per_second"])
    speeds = [each["their_decisions_per_second"] for each in shown]
    axes.barh([each["name"] for each in shown], speeds, color=OTHERS)
    best = max(each["our_decisions_per_second"] for each in peers)
    axes.axvline(best, color=OURS, label="ours")
    axes.set(xscale="log", xlabel="decisions a second")
    axes.legend(loc="lower right")
    _save(figure, "peers.svg")


def _growth(found: dict[str, Any]) -> list[str]:
    integrations, operations, batches = found["integrations"], found["operations"], found["batches"]
    _draw(integrations, "integrations", "index_bytes", "MiB of the index")
    _draw(operations, "operations", "rules_bytes", "MiB of rules and plan")
    _draw(batches, "batch", "seconds_per_batch", "seconds for a batch")
    return [
        "## With the register\n",
        f"{_measured_on(found['machine'])}\n",
        _table(
            ("integrations", "persons", "decisions/s", "index, MiB", "bytes an integration"),
            [
                (
                    f"{each['integrations']:,}",
                    f"{each['persons']:,}",
                    _rate(each["decisions_per_second"]),
                    _mebibytes(each["index_bytes"]),
                    f"{each['index_bytes'] / each['integrations']:.1f}",
                )
                for each in integrations
            ],
        ),
        "![Speed and memory by the number of integrations](integrations.svg)\n",
        "## With the rules\n",
        _table(
            ("operations", "decisions/s", "rules and plan, MiB"),
            [
                (f"{each['operations']:,}", _rate(each["decisions_per_second"]), _mebibytes(each["rules_bytes"]))
                for each in operations
            ],
        ),
        "![Speed and memory by the number of operations](operations.svg)\n",
        "## With the batch\n",
        f"On the register of {integrations[-1]['integrations']:,} integrations.\n",
        _table(
            ("requests in a batch", "decisions/s", "a batch takes, ms"),
            [
                (
                    f"{each['batch']:,}",
                    _rate(each["decisions_per_second"]),
                    f"{each['seconds_per_batch'] * 1e3:,.3f}",
                )
                for each in batches
            ],
        ),
        "![Speed and time by the size of a batch](batch.svg)\n",
    ]


def _serving(found: dict[str, Any]) -> list[str]:
    rows = [
        (
            each["name"],
            f"{each['items']:,}",
            _rate(each["their_items_per_second"]),
            _rate(each["our_items_per_second"]),
            f"{each['ratio']:.2f}",
            "" if each["ratio_by_cpu_time"] is None else f"{each['ratio_by_cpu_time']:.2f}",
            "" if each["goal"] is None else f"{each['goal']:.2f}",
        )
        for each in found["rows"]
    ]
    _draw_serving([each for each in found["rows"] if each["ratio_by_cpu_time"] is not None])
    return [
        "## Over gRPC\n",
        "The server on one core, its caller on another one; what stands beside it is told in `serving.py`.\n",
        "A latency is the 99th percentile, by which a second is divided.\n",
        f"{found['persons']:,} persons with {found['integrations']:,} integrations. {_measured_on(found['machine'])}\n",
        _table(("beside", "items", "its items/s", "ours", "times as fast", "by CPU time", "goal"), rows),
        "![Items a second, of our server and of those beside it](serving.svg)\n",
    ]


def _draw_serving(shown: Points) -> None:
    figure, axes = plt.subplots(figsize=(7.0, 4.4))
    places = range(len(shown), 0, -1)
    axes.barh([place + 0.2 for place in places], [it["our_items_per_second"] for it in shown], 0.4, color=OURS)
    axes.barh([place - 0.2 for place in places], [it["their_items_per_second"] for it in shown], 0.4, color=OTHERS)
    axes.set_yticks(list(places), [each["name"] for each in shown])
    axes.set(xscale="log", xlabel="items a second: above ours, below the other's")
    _save(figure, "serving.svg")


def _draw(points: Points, size: str, other: str, other_title: str) -> None:
    """Speed on the left, something else on the right, by size."""
    figure, (left, right) = plt.subplots(1, 2)
    sizes = [each[size] for each in points]
    scale = 2**20 if other.endswith("bytes") else 1
    _curve(left, sizes, [each["decisions_per_second"] / 1e6 for each in points], OURS)
    _curve(right, sizes, [each[other] / scale for each in points], OTHERS)
    left.set(xlabel=size, ylabel="million decisions a second")
    left.set_ylim(0, 1.1 * left.dataLim.ymax)
    right.set(xlabel=size, ylabel=other_title, yscale="log")
    _save(figure, f"{size}.svg")


def _curve(axes: Axes, sizes: Sequence[float], values: Sequence[float], colour: str) -> None:
    axes.plot(sizes, values, marker="o", color=colour)
    axes.set_xscale("log")


def _save(figure: Any, name: str) -> None:
    figure.tight_layout()
    figure.savefig(RESULTS / name, metadata={"Date": None})
    plt.close(figure)


def _measured_on(machine: dict[str, Any]) -> str:
    named = f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']}"
    return f"Measured on {named}; Python {machine['python']}, NumPy {machine['numpy']}, numba {machine['numba']}."


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _rate(speed: float | None) -> str:
    return "" if speed is None else f"{speed:,.0f}"


def _mebibytes(count: float) -> str:
    return f"{count / 2**20:,.1f}"
