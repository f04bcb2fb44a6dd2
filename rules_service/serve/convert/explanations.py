"""From the derivation of a decision to its message."""

from __future__ import annotations

from integrationcontrol.v1 import common_pb2
from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.algebra import PAST, Period, format_day
from rules_service.identifiers import format_ssin
from rules_service.reference.derivation import ClauseStep, ConjunctionStep, Derivation, VariantStep
from rules_service.serve.convert.answers import date_text, evidence_message


def derivation_message(derivation: Derivation) -> pb.Derivation:
    """The derivation as `Explain` gives it."""
    return pb.Derivation(
        checks=[pb.CheckStep(name=step.name, passed=step.passed, text=step.text) for step in derivation.checks],
        variants=[_variant(step) for step in derivation.variants],
        sources=[
            pb.CitedSource(
                document=source.document, section=source.section, lines=source.lines, fingerprint=source.fingerprint
            )
            for source in derivation.sources
        ],
        authorisations=[
            pb.AuthorisationStep(reference=step.reference, date=step.date, covers=step.covers, inferred=step.inferred)
            for step in derivation.authorisations
        ],
        assumptions=[pb.AssumptionStep(name=step.name, statement=step.statement) for step in derivation.assumptions],
        changes_needed=derivation.changes_needed,
        granted_system_dates=[_period(period) for period in derivation.granted_system_dates],
        derived_by=derivation.derived_by,
        inferences=derivation.inferences,
    )


def _variant(step: VariantStep) -> pb.VariantStep:
    return pb.VariantStep(
        variant=step.variant,
        in_words=step.in_words,
        granted=step.granted,
        alternatives=[_conjunction(alternative) for alternative in step.alternatives],
    )


def _conjunction(step: ConjunctionStep) -> pb.ConjunctionStep:
    return pb.ConjunctionStep(holds=step.holds, clauses=[_clause(clause) for clause in step.clauses])


def _clause(step: ClauseStep) -> pb.ClauseStep:
    ssin = 0 if step.ssin is None else step.ssin
    return pb.ClauseStep(
        ssin="" if step.ssin is None else format_ssin(step.ssin),
        text=step.text,
        holds=step.holds,
        window=None if step.window is None else _period(step.window),
        integrations=[evidence_message(row, ssin) for row in step.integrations],
    )


def _period(period: Period) -> common_pb2.Period:
    """The period; an ideal day, from ever or for ever, becomes an empty date."""
    begin = "" if period.begin <= PAST else format_day(period.begin)
    return common_pb2.Period(begin_date=begin, end_date=date_text(period.end))
