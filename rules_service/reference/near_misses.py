"""What an integration of the requester lacks for a clause to hold: how many days, and which (S22: never of others)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rules_service.algebra import FUTURE, DaySet, Period, format_day
from rules_service.decision import Integration
from rules_service.model import Covers, Leaf, Overlaps, PeriodsOverlap, Text, TotalDays, UnionScope
from rules_service.reference.clause_words import selector_text, window_text
from rules_service.reference.facts import Asker, Bindings, counted, days_of, resolved

_FAR: Final = 1 << 30

_LONGER: Final = Text(
    fr="l'intégration devrait durer {days} de plus : dernier jour couvert {covered}, nécessaire {needed}",
    nl="de integratie zou {days} langer moeten duren: laatste gedekte dag {covered}, nodig {needed}",
    en="the integration would have to last {days} longer: last covered day {covered}, needed {needed}",
)
_EARLIER: Final = Text(
    fr="l'intégration devrait commencer {days} plus tôt : premier jour couvert {covered}, nécessaire {needed}",
    nl="de integratie zou {days} vroeger moeten beginnen: eerste gedekte dag {covered}, nodig {needed}",
    en="the integration would have to begin {days} earlier: first covered day {covered}, needed {needed}",
)
_OPEN: Final = Text(
    fr="l'intégration devrait rester ouverte : dernier jour couvert {covered}",
    nl="de integratie zou open moeten blijven: laatste gedekte dag {covered}",
    en="the integration would have to stay open: last covered day {covered}",
)
_UNCOVERED: Final = Text(
    fr="ces jours ne sont pas couverts : {missing}",
    nl="deze dagen zijn niet gedekt: {missing}",
    en="these days are not covered: {missing}",
)
_MORE_DAYS: Final = Text(
    fr="{counted} jours comptent dans {window}, {needed} sont nécessaires",
    nl="{counted} dagen tellen mee in {window}, {needed} zijn nodig",
    en="{counted} days count in {window}, {needed} are needed",
)
_NONE: Final = Text(
    fr="aucune intégration ne compte ; il en faudrait une dans {window} ({selector})",
    nl="geen enkele integratie telt mee; er zou er een moeten zijn in {window} ({selector})",
    en="no integration counts; there would have to be one in {window} ({selector})",
)
_NO_DAY: Final = Text(
    fr="la période {window} ne contient aucun jour",
    nl="de periode {window} bevat geen enkele dag",
    en="the window {window} holds no day",
)
_PERIODS: Final = Text(
    fr="les périodes {window} et {other} devraient avoir un jour en commun",
    nl="de periodes {window} en {other} zouden een dag gemeen moeten hebben",
    en="the periods {window} and {other} would have to share a day",
)
_OTHERS: Final = Text(
    fr="la condition sur les intégrations d'autres organisations devrait être remplie",
    nl="aan de voorwaarde over integraties van andere organisaties zou voldaan moeten zijn",
    en="the condition on integrations of other organisations would have to be met",
)
_ONE_DAY: Final = Text(fr="un jour", nl="één dag", en="one day")
_DAYS: Final = Text(fr="{count} jours", nl="{count} dagen", en="{count} days")


@dataclass(frozen=True, slots=True)
class Miss:
    """How far a clause is from holding, in days, and what would have to change."""

    days: int
    text: str


def miss_of(leaf: Leaf, rows: tuple[Integration, ...], asker: Asker, bindings: Bindings, language: str) -> Miss:
    """What a clause that does not hold lacks for one person."""
    if isinstance(leaf, PeriodsOverlap):
        words = _PERIODS.in_language(language)
        return Miss(_FAR, words.format(window=window_text(leaf.window), other=window_text(leaf.other)))
    if not leaf.selector.is_own:
        return Miss(_FAR, _OTHERS.in_language(language))
    window = resolved(leaf.window, bindings)
    if window is None:
        return Miss(_FAR, _NO_DAY.in_language(language).format(window=window_text(leaf.window)))
    found = [days_of(row, leaf.selector) for row in counted(leaf, rows, asker)]
    periods = [days for days in found if days is not None]
    if not periods:
        words = _NONE.in_language(language)
        return Miss(_FAR, words.format(window=window, selector=selector_text(leaf.selector, language)))
    return _own_miss(leaf, periods, window, language)


def _own_miss(leaf: Overlaps | Covers | TotalDays, periods: list[Period], window: Period, language: str) -> Miss:
    match leaf:
        case Overlaps():
            return min((_distance(days, window, language) for days in periods), key=lambda miss: miss.days)
        case TotalDays(at_least=needed):
            count = DaySet(periods).count_within(window)
            words = _MORE_DAYS.in_language(language)
            return Miss(needed - count, words.format(counted=count, window=window, needed=needed))
        case Covers(union=UnionScope.ONE_INTEGRATION):
            return min((_uncovered([days], window, language) for days in periods), key=lambda miss: miss.days)
        case Covers():
            return _uncovered(periods, window, language)


def _distance(days: Period, window: Period, language: str) -> Miss:
    """From one integration to the window that it does not reach."""
    if days.end < window.begin:
        return _longer(days.end, window.begin, language)
    return _earlier(days.begin, window.end, language)


def _uncovered(periods: list[Period], window: Period, language: str) -> Miss:
    missing = DaySet([window]).difference(DaySet(periods)).periods()
    count = sum(part.days for part in missing)
    first, last = missing[0], missing[-1]
    if len(missing) == 1 and first.begin > window.begin and last.end == window.end:
        return _longer(first.begin - 1, window.end, language)
    if len(missing) == 1 and first.begin == window.begin and last.end < window.end:
        return _earlier(last.end + 1, window.begin, language)
    return Miss(count, _UNCOVERED.in_language(language).format(missing=", ".join(map(str, missing))))


def _longer(covered: int, needed: int, language: str) -> Miss:
    return _moved(_OPEN if needed == FUTURE else _LONGER, covered, needed, language)


def _earlier(covered: int, needed: int, language: str) -> Miss:
    return _moved(_EARLIER, covered, needed, language)


def _moved(words: Text, covered: int, needed: int, language: str) -> Miss:
    count = abs(needed - covered)
    length = _ONE_DAY if count == 1 else _DAYS
    days = length.in_language(language).format(count=count)
    text = words.in_language(language).format(days=days, covered=format_day(covered), needed=format_day(needed))
    return Miss(count, text)
