"""Pass for speed: the same leaf twice in an alternative, or the same alternative twice, is asked once."""

from __future__ import annotations

from dataclasses import replace

from rules_service.compile.draft import Alternatives, Draft


def drop_repetition(draft: Draft) -> Draft:
    """Only exact repetition goes, and the first stays, so that answers and their evidence do not change."""
    return replace(draft, alternatives={key: _distinct(each) for key, each in draft.alternatives.items()})


def _distinct(alternatives: Alternatives) -> Alternatives:
    return tuple(dict.fromkeys(tuple(dict.fromkeys(leaves)) for leaves in alternatives))
