"""The same work for everybody: rules, a register, requests, and the answer that must come out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rules_service.decision import DecisionRequest, NamedPeriod, Outcome, Reason
from rules_service.register.index import Index
from rules_service.serve.rules import Rules
from tests.benchmarks.mix.population import KEYS, Int64, Population, invent
from tests.benchmarks.mix.requests import SERVICES, WITH_A_PERIOD, Requests, ask

RULESETS = Path(__file__).parent / "rulesets"
GRANTS = [reason for reason in Reason if reason.outcome is Outcome.GRANTED]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Answers:
    """What somebody answers: the reason of each request, or only whether it is granted.

    `evidence` is a pair of offsets and rows of the register, as `DecisionColumns` describes them, of those that tell.
    """

    said: NDArray[np.uint8] | NDArray[np.bool_]
    evidence: tuple[Int64, Int64] | None = None

    @property
    def granted(self) -> NDArray[np.bool_]:
        """Which requests are granted."""
        granted: NDArray[np.bool_] = np.isin(self.said, GRANTS) if self.said.dtype == np.uint8 else self.said != 0
        return granted

    def differ(self, other: Answers) -> Int64:
        """The requests on which two disagree, in order; as far as both of them tell."""
        told_alike = self.said.dtype == other.said.dtype
        apart = self.said != other.said if told_alike else self.granted != other.granted
        if self.evidence is not None and other.evidence is not None:
            apart |= np.diff(self.evidence[0]) != np.diff(other.evidence[0])
            if not apart.any():
                wrong = np.flatnonzero(self.evidence[1] != other.evidence[1])
                apart[np.searchsorted(self.evidence[0], wrong, side="right") - 1] = True
        return np.flatnonzero(apart)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Work:
    """The rules of the mix, a register in two forms, and requests about it."""

    rules: Rules
    population: Population
    index: Index
    requests: Requests
    services: Sequence[str] = SERVICES

    @classmethod
    def of(cls, persons: int, requests: int, seed: int) -> Work:
        """Invented work: the same for the same numbers."""
        population = invent(persons, seed)
        return cls(Rules.load(RULESETS), population, population.index(), ask(population, requests, seed))

    def first(self, requests: int) -> Work:
        """The first requests, on the same register."""
        return self if requests >= len(self.requests) else replace(self, requests=self.requests.part(0, requests))

    def narrowed(self) -> Population:
        """The persons that the requests are about, and no others: what a slow peer is given as its register."""
        return self.population.of(self.requests.ssin)

    def objects(self) -> list[DecisionRequest]:
        """The requests one by one, for evaluators of single requests."""
        columns = zip(
            self.requests.service.tolist(),
            self.requests.organisation.tolist(),
            self.requests.ssin.tolist(),
            self.requests.system_date.tolist(),
            self.requests.begin.tolist(),
            self.requests.end.tolist(),
            strict=True,
        )
        return [
            DecisionRequest(
                operation=self.services[service],
                requester=KEYS[organisation],
                ssins=(ssin,),
                system_date=system_date,
                periods=(NamedPeriod("request_period", begin, end),)
                if service % len(SERVICES) in WITH_A_PERIOD
                else (),
            )
            for service, organisation, ssin, system_date, begin, end in columns
        ]


Decide = Callable[[], Answers]
"""Decides all requests of some work: what is measured."""

Ready = Callable[[Work], AbstractContextManager[Decide]]
"""Prepares for some work all that does not depend on the moment, such as a register; not measured."""


def ours(work: Work, threads: int = 1) -> Decide:
    """The evaluator in columns, from request columns to decision columns."""
    columns, evaluator = work.requests.columns(work.services), work.rules.columns

    def decide() -> Answers:
        decided = evaluator.decide_columns(columns, work.index, threads)
        return Answers(decided.reason, (decided.evidence_offsets, decided.evidence_row))

    return decide
