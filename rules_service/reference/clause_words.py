"""A leaf of a condition in words: whose integrations, under which codes, in which register, and how they must lie."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from rules_service.algebra import Window
from rules_service.model import (
    Covers,
    Leaf,
    Overlaps,
    PeriodsOverlap,
    Register,
    Selector,
    Text,
    TotalDays,
    UnionScope,
    Whose,
)

_WHOSE: Final = {
    Whose.REQUESTER: Text(
        fr="intégrations du demandeur",
        nl="integraties van de aanvrager",
        en="integrations of the requester",
    ),
    Whose.REQUESTER_SECTOR: Text(
        fr="intégrations de toute organisation du secteur du demandeur",
        nl="integraties van om het even welke organisatie van de sector van de aanvrager",
        en="integrations of any organisation of the requester's sector",
    ),
    Whose.SECTOR: Text(
        fr="intégrations de toute organisation du secteur {sector}",
        nl="integraties van om het even welke organisatie van sector {sector}",
        en="integrations of any organisation of sector {sector}",
    ),
    Whose.INSTITUTION: Text(
        fr="intégrations de l'institution {sector}/{institution}",
        nl="integraties van instelling {sector}/{institution}",
        en="integrations of institution {sector}/{institution}",
    ),
}
_ANY_CODE: Final = Text(fr="tout code qualité", nl="elke hoedanigheidscode", en="any quality code")
_CODES: Final = Text(fr="codes qualité {codes}", nl="hoedanigheidscodes {codes}", en="quality codes {codes}")
_ONE_CODE: Final = Text(fr="code qualité {codes}", nl="hoedanigheidscode {codes}", en="quality code {codes}")
_REGISTERS: Final = {
    Register.PRIMARY: Text(fr="répertoire primaire", nl="primair repertorium", en="primary register"),
    Register.SECONDARY: Text(fr="répertoire secondaire", nl="secundair repertorium", en="secondary register"),
    Register.BOTH: Text(fr="chacun des deux répertoires", nl="elk van beide repertoria", en="each of both registers"),
}
_EXTENDED: Final = Text(fr="début déplacé de {shift}", nl="begin verschoven met {shift}", en="begin moved by {shift}")
_OVERLAPS: Final = Text(
    fr="au moins un jour en commun avec {window}",
    nl="minstens één dag gemeen met {window}",
    en="at least one day in common with {window}",
)
_COVERS: Final = Text(fr="tous les jours de {window}", nl="alle dagen van {window}", en="every day of {window}")
_COVERS_ALONE: Final = Text(
    fr="tous les jours de {window}, par une seule intégration",
    nl="alle dagen van {window}, door één enkele integratie",
    en="every day of {window}, by one integration alone",
)
_TOTAL: Final = Text(
    fr="au moins {days} jours de {window}",
    nl="minstens {days} dagen van {window}",
    en="at least {days} days of {window}",
)
_PERIODS: Final = Text(
    fr="{window} et {other} ont un jour en commun",
    nl="{window} en {other} hebben een dag gemeen",
    en="{window} and {other} share a day",
)


NameOf = Callable[[int, int | None, str], str]
"""The name of a sector, or of an institution of it, in a language; empty where it has none."""


def no_name(_sector: int, _institution: int | None, _language: str) -> str:
    """Leaves a sector or an institution with its numbers alone."""
    return ""


def in_words(leaf: Leaf, language: str, name_of: NameOf = no_name) -> str:
    """The leaf in one phrase; its window stays the expression of the rule, so that it tells no date."""
    if isinstance(leaf, PeriodsOverlap):
        words = _PERIODS.in_language(language)
        return words.format(window=window_text(leaf.window), other=window_text(leaf.other))
    days = leaf.at_least if isinstance(leaf, TotalDays) else 0
    predicate = _predicate(leaf).in_language(language).format(window=window_text(leaf.window), days=days)
    return f"{selector_text(leaf.selector, language, name_of)}: {predicate}"


def _predicate(leaf: Overlaps | Covers | TotalDays) -> Text:
    match leaf:
        case Overlaps():
            return _OVERLAPS
        case TotalDays():
            return _TOTAL
        case Covers(union=UnionScope.ONE_INTEGRATION):
            return _COVERS_ALONE
        case Covers():
            return _COVERS


def selector_text(selector: Selector, language: str, name_of: NameOf = no_name) -> str:
    """Whose integrations, under which codes, in which register, and how far extended."""
    parts = [
        _whose_text(selector, language, name_of),
        codes_text(selector.codes, language),
        _REGISTERS[selector.register].in_language(language),
    ]
    if selector.extend_begin is not None:
        parts.append(_EXTENDED.in_language(language).format(shift=f"`{selector.extend_begin}`"))
    return ", ".join(parts)


def _whose_text(selector: Selector, language: str, name_of: NameOf) -> str:
    text = _WHOSE[selector.whose].in_language(language)
    text = text.format(sector=selector.sector, institution=selector.institution)
    name = "" if selector.sector is None else name_of(selector.sector, selector.institution, language)
    return f"{text} ({name})" if name else text


def codes_text(codes: frozenset[int] | None, language: str) -> str:
    """The codes in words, neighbours drawn together: `quality codes 1-9, 30`."""
    if codes is None:
        return _ANY_CODE.in_language(language)
    words = _ONE_CODE if len(codes) == 1 else _CODES
    return words.in_language(language).format(codes=code_ranges(codes))


def code_ranges(codes: Iterable[int]) -> str:
    """The codes in order, neighbours drawn together: `1-9, 30`."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def window_text(window: Window) -> str:
    """The expression of a window in backticks, as short as it can be written."""
    begin, end = str(window.begin), str(window.end)
    name = begin.removesuffix(".begin")
    if begin == end:
        return f"`{begin}`"
    return f"`{name}`" if (begin, end) == (f"{name}.begin", f"{name}.end") else f"`{begin} .. {end}`"
