"""The process in which durable-rules runs: it reads flat facts from a pipe and writes verdicts to another.

It is started by its path, apart from the rest of the service, and needs the standard library and durable-rules only.
durable-rules can crash its process, keeps what it was told, tells facts apart and joins them by 32-bit hashes, and
swallows what its actions raise. Hence: one small ruleset for each step of a decision; facts of a kind and small
numbers, never a name from outside; a session used once and deleted; swallowed exceptions brought to light.
"""

# durable-rules carries no types, and its rules are decorators.
# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import struct
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, TypeAlias

Fact: TypeAlias = dict[str, Any]
Fired: TypeAlias = list[tuple[str, int]]
Record: TypeAlias = Callable[[str, int], None]
Follow: TypeAlias = Callable[[str, Sequence[Fact], Sequence[str]], Fired]


# --- the rules ------------------------------------------------------------------------------------------------------


def chain_rules(lang: Any, name: str, conclusions: tuple[str, str, str], record: Record) -> Any:
    """Links that are looked at one after the other, until one is bad or the end is reached."""
    c, m = lang.c, lang.m
    good, bad, complete = conclusions
    with (rules := lang.ruleset(name)):

        @lang.when_all(c.at << (m.kind == "reached"), c.link << (m.good == 1) & (m.position == c.at.position))
        def link_is_good(c: Any) -> None:
            record(good, c.link.position)
            c.assert_fact(new_fact("reached", c.link.position + 1))

        @lang.when_all(c.at << (m.kind == "reached"), c.link << (m.good == 0) & (m.position == c.at.position))
        def link_is_bad(c: Any) -> None:
            record(bad, c.link.position)

        @lang.when_all(c.at << (m.kind == "reached"), c.end << (m.kind == "end") & (m.position == c.at.position))
        def end_is_reached(c: Any) -> None:
            record(complete, c.end.position)

    return rules


def grant_rules(lang: Any, record: Record) -> Any:
    """A decision is granted only on two positive facts: screening passed, and a conjunction holds."""
    c, m = lang.c, lang.m
    with (rules := lang.ruleset("grant")):

        @lang.when_all(c.screened << (m.kind == "screened"), c.proven << (m.kind == "proven"))
        def granted(c: Any) -> None:
            record("granted", c.proven.position)

    return rules


def legal_basis_rules(lang: Any, record: Record) -> Any:
    """Whom an authorisation covers: those printed, and the debtor where the committee's word reaches further (S16)."""
    c, m = lang.c, lang.m
    with (rules := lang.ruleset("legal basis")):

        @lang.when_all(lang.pri(1), (m.kind == "authorisation") & (m.applicant == 1))
        def printed_for_the_applicant(c: Any) -> None:
            record("printed for the applicant", c.m.position)
            c.assert_fact(new_fact("covers applicant", c.m.position))

        @lang.when_all(lang.pri(2), (m.kind == "authorisation") & (m.debtor == 1))
        def printed_for_the_debtor(c: Any) -> None:
            record("printed for the debtor", c.m.position)

        @lang.when_all(
            lang.pri(3),
            c.covers << (m.kind == "covers applicant"),
            c.by << (m.reaches == 1) & (m.debtor == 0) & (m.position == c.covers.position),
        )
        def committee_reaches_the_debtor(c: Any) -> None:
            record("committee reaches the debtor", c.by.position)

    return rules


def new_fact(kind: str, position: int, **values: int) -> Fact:
    """A fact whose identifier is unique in its session; kind and position are all that identifies it."""
    return {"id": f"{kind} {position}", "kind": kind, "position": position, **values}


# --- the engine -----------------------------------------------------------------------------------------------------


class Inference:
    """The rulesets, defined once, in a host of durable-rules.

    Raises:
        ImportError: durable-rules is not installed.
    """

    def __init__(self) -> None:
        from durable import engine, lang  # noqa: PLC0415 (others read this file for the format of the pipe alone)

        class QuietHost(engine.Host):  # type: ignore[misc]
            def _run(self) -> None:
                """Start no threads: they serve timers, which are not used, and would race with an evaluation."""

        self._fired: Fired = []
        self._sessions = itertools.count(1)
        self._not_handled = engine.MessageNotHandledException
        self._host = QuietHost()
        rulesets = (
            chain_rules(lang, "screening", ("check passed", "check failed", "screening passed"), self._record),
            chain_rules(lang, "conjunction", ("clause holds", "clause fails", "conjunction holds"), self._record),
            grant_rules(lang, self._record),
            legal_basis_rules(lang, self._record),
        )
        self._host.register_rulesets(dict(rules.define() for rules in rulesets))
        evaluate(self, FIRST_FACTS)

    def _record(self, rule: str, position: int) -> None:
        self._fired.append((rule, position))

    def infer(self, ruleset: str, facts: Sequence[Fact]) -> Fired:
        """Assert the facts in a session of their own; the rules that fired, in order, each with its position.

        Raises:
            RuntimeError: an action of a rule raised.
        """
        if not facts:
            return []
        session = f"session {next(self._sessions)}"
        self._fired.clear()
        try:
            for fact in facts:
                with contextlib.suppress(self._not_handled):  # no rule looks at this fact: nothing follows from it
                    self._host.assert_fact(ruleset, {**fact, "sid": session})
            if swallowed := self._host.get_state(ruleset, session).get("exception"):
                raise RuntimeError(swallowed.partition(", traceback")[0])
        finally:
            self._host.delete_state(ruleset, session)
        return list(self._fired)


# --- one decision ---------------------------------------------------------------------------------------------------


def evaluate(inference: Inference, facts: Fact) -> Fact:
    """The verdict on one decision, step by step; facts and verdict are in the form in which JSON carries them."""
    steps: list[str] = []

    def follow(ruleset: str, given: Sequence[Fact], names: Sequence[str]) -> Fired:
        fired = inference.infer(ruleset, given)
        steps.extend(f"{rule}: {names[position]}" for rule, position in fired)
        return fired

    screening = dict(screen(facts, follow))
    conjunctions = [name for name, _ in facts["conjunctions"]]
    proven = first_conjunction(facts, follow)
    conclusions = [new_fact("screened", 0)] if "screening passed" in screening else []
    conclusions += [] if proven is None else [new_fact("proven", proven)]
    return {
        "failed_check": facts["checks"][screening["check failed"]][0] if "check failed" in screening else None,
        "granted_by": None if proven is None else conjunctions[proven],
        "granted": any(rule == "granted" for rule, _ in follow("grant", conclusions, conjunctions)),
        "covered": legal_basis(facts, follow),
        "steps": steps,
    }


def screen(facts: Fact, follow: Follow) -> Fired:
    """The checks in their order, up to the first that failed."""
    names, passed = [name for name, _ in facts["checks"]], [passed for _, passed in facts["checks"]]
    return follow("screening", chain(passed), [*names, "every check"])


def first_conjunction(facts: Fact, follow: Follow) -> int | None:
    """The place of the first conjunction all of whose clauses hold."""
    holds = dict(facts["clauses"])
    for place, (name, clauses) in enumerate(facts["conjunctions"]):
        fired = follow("conjunction", chain([holds[clause] for clause in clauses]), [*clauses, name])
        if any(rule == "conjunction holds" for rule, _ in fired):
            return place
    return None


def chain(links: Sequence[bool]) -> list[Fact]:
    """The facts of a chain: its links, its end, and that its start is reached."""
    facts = [new_fact("link", position, good=int(good)) for position, good in enumerate(links)]
    return [*facts, new_fact("end", len(links)), new_fact("reached", 0)]


def legal_basis(facts: Fact, follow: Follow) -> list[tuple[str, str, str]]:
    """Which authorisation covers whom, and how that is known."""
    given = [
        new_fact(
            "authorisation",
            position,
            applicant=int(authorisation["covers_applicant"]),
            debtor=int(authorisation["covers_debtor"]),
            reaches=int(authorisation["committee"] == "CSSS"),
        )
        for position, authorisation in enumerate(facts["authorisations"])
    ]
    references = [authorisation["reference"] for authorisation in facts["authorisations"]]
    return [(references[position], *COVERS[rule]) for rule, position in follow("legal basis", given, references)]


COVERS = {
    "printed for the applicant": ("applicant", "printed"),
    "printed for the debtor": ("debtor", "printed"),
    "committee reaches the debtor": ("debtor", "inferred"),
}

# A session in which no rule fires is deleted safely only where a session in which one did had its memory before:
# durable-rules frees what only a firing sets. So the first evaluation fires a rule of every ruleset.
FIRST_FACTS: Fact = {
    "checks": [["first", True]],
    "clauses": [],
    "conjunctions": [["first", []]],
    "authorisations": [{"reference": "first", "committee": "CSSS", "covers_applicant": True, "covers_debtor": False}],
}


# --- the pipe -------------------------------------------------------------------------------------------------------


def read_frame(pipe: BinaryIO) -> Any:
    """The next value of the pipe, or None at its end; a frame is its length in four bytes, then JSON."""
    head = pipe.read(4)
    return json.loads(pipe.read(*struct.unpack(">I", head))) if len(head) == 4 else None


def write_frame(pipe: BinaryIO, value: Any) -> None:
    """Put a value into the pipe, as `read_frame` takes it out."""
    body = json.dumps(value).encode()
    pipe.write(struct.pack(">I", len(body)) + body)
    pipe.flush()


def answer(inference: Inference, facts: Fact) -> Fact:
    """The reply to one decision's facts: a verdict, or why there is none."""
    try:
        return {"verdict": evaluate(inference, facts)}
    except Exception as error:  # noqa: BLE001 (whatever went wrong, the caller must hear of it)
        return {"error": repr(error)}


def main() -> None:
    """Greet, then answer batch after batch until the pipe ends, which it does when the service is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the service, which then ends the pipe
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the replies
    try:
        inference = Inference()
    except ImportError:
        write_frame(replies, {"unavailable": "durable-rules is not installed"})
        return
    write_frame(replies, {})
    while (batch := read_frame(requests)) is not None:
        write_frame(replies, [answer(inference, facts) for facts in batch])


if __name__ == "__main__":
    main()
