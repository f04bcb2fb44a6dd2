"""Where a rule comes from: cited lines of a source document, and the authorisations it rests on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the three languages of the service; an empty string is a text not written yet.

    `de` is there for labels of quality codes only, which the network has in German too.
    """

    fr: str = ""
    nl: str = ""
    en: str = ""
    de: str = ""

    def in_language(self, language: str) -> str:
        """The text in `language` (`fr`, `nl` or `en`)."""
        return {"fr": self.fr, "nl": self.nl, "en": self.en}[language]


@dataclass(frozen=True, slots=True, order=True)
class LineRange:
    """Lines `first` to `last` of a source text, both included, counted from 1."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Citation:
    """Lines of one source document, with a fingerprint that shows whether they still read the same.

    `document` is a key of `Ruleset.documents`; `fingerprint` is the first 16 hexadecimal digits of the SHA-256 of the
    cited lines, joined by a line feed (architecture, idea 0).
    """

    document: str
    section: str
    lines: tuple[LineRange, ...]
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.document} {self.section}, lines {', '.join(map(str, self.lines))}"


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A deliberation or text of law that opens data: its reference, the committee that gave it, its date.

    `date` is an ISO date, or empty where the source prints none; `printed_date` keeps an impossible date as printed.
    `covers` says for whom the source ticks it (`AS`: the applicant's inquiry, `DA`: the maintenance debtor, `031`).
    """

    reference: str
    committee: str
    date: str = ""
    printed_date: str = ""
    covers: frozenset[str] = frozenset()
