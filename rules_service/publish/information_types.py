"""Information types on a terminal: those that may be given with what access rests on, the others with why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rules_service.model import Text as Words
from rules_service.publish.words import Word
from rules_service.reference import FilteredType, TypeVerdict

_WHY_NOT: Final = {
    TypeVerdict.NOT_ALLOWED: Words(
        fr="la source ne l'ouvre pas pour cette finalité",
        nl="de bron stelt het niet open voor dit doeleinde",
        en="the source does not open it for this purpose",
    ),
    TypeVerdict.UNKNOWN: Words(
        fr="la source laisse la case vide", nl="de bron laat het vak leeg", en="the source leaves it blank"
    ),
    TypeVerdict.USER_ROLE_NEEDED: Words(
        fr="seulement à un utilisateur dont le rôle est",
        nl="alleen aan een gebruiker met als rol",
        en="only to a user in the role",
    ),
    TypeVerdict.NUMBER_NOT_KNOWN: Words(
        fr="ce type d'information n'existe pas", nl="dit informatietype bestaat niet", en="no such information type"
    ),
    TypeVerdict.NO_QUALITY_CODE: Words(
        fr="l'opération n'a pas de code qualité pour cette finalité",
        nl="de verrichting heeft geen hoedanigheidscode voor dit doeleinde",
        en="the operation has no quality code for this purpose",
    ),
    TypeVerdict.OPERATION_NOT_AVAILABLE: Words(
        fr="l'opération n'est pas disponible",
        nl="de verrichting is niet beschikbaar",
        en="the operation is not available",
    ),
}


def types_on_terminal(operation: str, types: Sequence[FilteredType], language: str) -> Group:
    """The verdicts for people, in `fr`, `nl` or `en`; contents and remarks stand as the source has them."""
    allowed = [each for each in types if each.verdict is TypeVerdict.ALLOWED]
    others = [each for each in types if each.verdict is not TypeVerdict.ALLOWED]
    parts: list[RenderableType] = [Text(operation, "bold cyan")]
    if allowed:
        parts += _part(Word.MAY_BE_GIVEN, len(allowed), "green", language), _allowed(allowed, language)
    if others:
        parts += _part(Word.MAY_NOT_BE_GIVEN, len(others), "red", language), _others(others, language)
    return Group(*parts, "")


def _part(heading: Word, count: int, style: str, language: str) -> Text:
    return Text(f"\n{heading.in_language(language)} ({count})", f"bold {style}")


def _allowed(types: Sequence[FilteredType], language: str) -> Table:
    table = _table((Word.TYPE, Word.CONTENT, Word.LEGAL_BASIS, Word.LEGAL_REFERENCE), language)
    for each in types:
        table.add_row(each.number, _content(each), Text(each.legal_basis), Text(each.legal_reference))
    return table


def _others(types: Sequence[FilteredType], language: str) -> Table:
    table = _table((Word.TYPE, Word.CONTENT, Word.WHY_NOT), language)
    for each in types:
        table.add_row(each.number, _content(each), Text(" ".join(_why_not(each, language))))
    return table


def _table(headings: Sequence[Word], language: str) -> Table:
    return Table(*(each.in_language(language) for each in headings), box=None, pad_edge=False, header_style="bold")


def _content(each: FilteredType) -> Text:
    """What the type holds, and below it the remark, where there is one."""
    below = "\n" if each.content and each.remark else ""
    return Text.assemble(each.content, below, (each.remark, "dim"))


def _why_not(each: FilteredType, language: str) -> Iterator[str]:
    yield _WHY_NOT[each.verdict].in_language(language)
    if each.verdict is TypeVerdict.USER_ROLE_NEEDED:
        yield ", ".join(each.user_roles)
