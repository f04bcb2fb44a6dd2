"""A variant made ready: its condition multiplied out, the codes it permits and the names it reads, worked out once."""

from __future__ import annotations

from dataclasses import dataclass

from rules_service.decision import SYSTEM_DATE
from rules_service.model import Condition, Control, InputKind, PeriodsOverlap, Variant, Whose, leaves
from rules_service.reference.normal_form import Conjunction, NormalForm, normal_form, window_names

_NO_LEAVES = NormalForm((), ())
_CHECKED = (Whose.REQUESTER, Whose.REQUESTER_SECTOR)


@dataclass(frozen=True, slots=True)
class Alternative:
    """A variant that may decide a request; several that fit are alternatives of each other (S30).

    `permitted_codes` is None where a stated quality code is not checked (S13). `names` are the periods and dates that
    its windows read, `system_date` left out; `names_of` gives them for each of the form's conjunctions.
    """

    variant: Variant
    form: NormalForm
    permitted_codes: frozenset[int] | None
    names: frozenset[str]
    names_of: tuple[frozenset[str], ...]
    reads_integrations: bool
    open_ends: frozenset[str]

    @classmethod
    def of(cls, variant: Variant) -> Alternative:
        """The variant made ready; one without control has no leaves."""
        control = variant.rule.condition if isinstance(variant.rule, Control) else None
        form = _NO_LEAVES if control is None else normal_form(control)
        names_of = tuple(_names(form, conjunction) for conjunction in form.conjunctions)
        return cls(
            variant=variant,
            form=form,
            permitted_codes=None if control is None else permitted_codes(control),
            names=frozenset().union(*names_of),
            names_of=names_of,
            reads_integrations=any(not isinstance(leaf, PeriodsOverlap) for leaf in form.leaves),
            open_ends=frozenset(
                each.name for each in variant.inputs if each.kind is InputKind.PERIOD and each.optional_end
            ),
        )

    @property
    def is_control(self) -> bool:
        """Whether it looks at integrations or periods at all."""
        return isinstance(self.variant.rule, Control)


def permitted_codes(condition: Condition) -> frozenset[int] | None:
    """The codes that a stated one must be among; None where no list, or "any code", is about the requester (S13)."""
    found: frozenset[int] = frozenset()
    for leaf in leaves(condition):
        if isinstance(leaf, PeriodsOverlap) or leaf.selector.whose not in _CHECKED:
            continue
        if leaf.selector.codes is None:
            return None
        found |= leaf.selector.codes
    return found or None


def _names(form: NormalForm, conjunction: Conjunction) -> frozenset[str]:
    names = frozenset(name for leaf in form.leaves_of(conjunction) for name in window_names(leaf))
    return names - {SYSTEM_DATE}
