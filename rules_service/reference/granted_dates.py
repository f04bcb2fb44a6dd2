"""On which system dates the same request would be granted: every day of a year before and after is tried."""

from __future__ import annotations

from collections.abc import Iterable

from rules_service.algebra import MAX_DAY, MIN_DAY, DaySet, Period, Shift
from rules_service.decision import SYSTEM_DATE, Outcome
from rules_service.model import Leaf, PeriodsOverlap
from rules_service.reference.alternatives import Alternative
from rules_service.reference.evaluator import Course
from rules_service.reference.normal_form import window_names
from rules_service.reference.trials import Trial, try_candidate

_YEAR = 12
MOST_WORK = 400
"""Comparisons of an integration with a clause, for one day, up to which the days of two years are tried."""


def granted_system_dates(course: Course) -> tuple[Period, ...]:
    """The longest periods of system dates on which the request is granted.

    None where they may not be shown (S22), and none for a request over so many persons, rows or combined names that
    trying every day would keep the server busy: an explanation is asked about one case, not about a crowd.

    The checks before the inputs do not depend on the system date, so only what was tried is tried again.
    """
    case, granted = course.case, course.decision.outcome is Outcome.GRANTED
    around = _year_around(case.request.system_date)
    if not course.trials:
        return (around,) if granted else ()
    if not _may_be_shown(case.alternatives, lists_others=case.operation.lists_others):
        return ()
    if not any(_reads_system_date(leaf) for each in case.alternatives for leaf in each.form.leaves):
        return (around,) if granted else ()
    if _work_of_a_day(course) > MOST_WORK:
        return ()
    days = (day for day in range(around.begin, around.end + 1) if _granted_on(day, course))
    return DaySet(Period(day, day) for day in days).periods()


def _work_of_a_day(course: Course) -> int:
    return sum(
        len(trial.candidate.alternative.form.leaves) * (1 + len(each.person.rows)) * len(each.findings)
        for trial in course.trials
        for each in trial.persons
    )


def _granted_on(day: int, course: Course) -> bool:
    """The same trials with the other system date: every person must be granted by one of them, as in the decision."""
    trials = [_tried_on(day, course, trial).persons for trial in course.trials]
    return all(any(each.granted for each in person) for person in zip(*trials, strict=True))


def _tried_on(day: int, course: Course, trial: Trial) -> Trial:
    """The trial with another system date in place of the one asked about; the facts on persons are kept."""
    return try_candidate(
        course.case,
        trial.candidate,
        tuple(each.person for each in trial.persons),
        tuple({**finding.bindings, SYSTEM_DATE: day} for finding in trial.persons[0].findings),
        engine=None,
    )


def _year_around(day: int) -> Period:
    first, last = Shift(months=-_YEAR).apply(day), Shift(months=_YEAR).apply(day)
    return Period(max(first, MIN_DAY), min(last, MAX_DAY))


def _may_be_shown(alternatives: Iterable[Alternative], *, lists_others: bool) -> bool:
    """Whether the dates tell about the requester's own integrations only."""
    others = [leaf for each in alternatives for leaf in each.form.leaves if _is_about_others(leaf)]
    return not others or (lists_others and not any(map(_reads_system_date, others)))


def _is_about_others(leaf: Leaf) -> bool:
    return not isinstance(leaf, PeriodsOverlap) and not leaf.selector.is_own


def _reads_system_date(leaf: Leaf) -> bool:
    return SYSTEM_DATE in window_names(leaf)
