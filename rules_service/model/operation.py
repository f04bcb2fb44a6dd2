"""An operation of the network: who may ask it, in which variants, under which condition.

A request names an operation; the variants whose guard fits the request decide it (S30). Usually exactly one fits;
several that fit open the same data and are alternatives: the request is granted when any of them grants.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from rules_service.identifiers.parties import ExecutedBy, RequesterClass
from rules_service.model.condition import Condition
from rules_service.model.source import Citation, Text


class OperationKind(Enum):
    """What the operation does with the data."""

    CONSULTATION = "consultation"
    MUTATION = "mutation"
    WRITE = "write"


class OperationStatus(Enum):
    """Where the operation is in its life; the last two are refused with that reason (S20)."""

    IN_PRODUCTION = "in_production"
    BEING_REPLACED = "being_replaced"
    NOT_YET_AVAILABLE = "not_yet_available"
    REMOVED = "removed"


class Purpose(Enum):
    """The columns of the source that say what the data may be used for (S16)."""

    AS = "AS"
    DA = "DA"
    CODE_031 = "031"
    XII = "XII"


class ReplacedNumber(Enum):
    """What happens when the request names a number that has been replaced (S18)."""

    FOLLOW = "follow"
    REFUSE = "refuse"


class Persons(Enum):
    """Whether a guard wants persons in the request."""

    NONE = "none"
    SOME = "some"


class InputKind(Enum):
    """The three kinds of named input of a request; a request period is a period named `request_period`."""

    PERIOD = "period"
    DATE = "date"
    PARAMETER = "parameter"


class MissingInput(Enum):
    """What an absent input does (S30c, A12)."""

    DOES_NOT_HOLD = "does_not_hold"
    FACTS_NOT_HELD = "facts_not_held"


@dataclass(frozen=True, slots=True)
class Input:
    """A named input that a variant reads: `optional_end` marks a period whose empty end means open."""

    kind: InputKind
    name: str
    optional_end: bool = False
    when_missing: MissingInput = MissingInput.DOES_NOT_HOLD


@dataclass(frozen=True, slots=True)
class Guard:
    """When a variant applies. An empty field does not restrict.

    `requesters`: the requester is one of these. `parameters`: each named parameter has one of the values. `persons`:
    the request names persons, or none. `given`: these named periods or dates are in the request; `not_given`: none of
    these is.
    """

    requesters: tuple[RequesterClass, ...] = ()
    parameters: tuple[tuple[str, frozenset[str]], ...] = ()
    persons: Persons | None = None
    given: frozenset[str] = frozenset()
    not_given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Control:
    """The integration control: granted when the condition holds."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class NoControl:
    """No integration control, with its reason: granted to the right requester (S19)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undocumented:
    """The source documents no rule: never granted, INDETERMINATE (S20)."""


Rule = Control | NoControl | Undocumented


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which an operation is decided; its name explains itself and is quoted in explanations."""

    name: str
    rule: Rule
    in_words: Text
    guard: Guard = field(default_factory=Guard)
    inputs: tuple[Input, ...] = ()
    authorisations: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    executed_by: ExecutedBy = ExecutedBy.BCSS


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of the same service, with the status of that name where it differs."""

    name: str
    status: OperationStatus = OperationStatus.IN_PRODUCTION


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A place where the source can be read in several ways: the readings, the one chosen, and why."""

    about: str
    readings: tuple[str, ...]
    chosen: str
    why: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the network, with everything that decides and justifies it.

    `functionality` says what it gives or does; `missions` are names of the ruleset's missions, and `legal_basis` the
    articles that the source prints beside them. `requesters` are the classes that may ask at all (S15);
    `legal_contexts` is empty where any is accepted (S20b); `delivers_information_types` turns on the check of
    chapter 5 (S30b).
    """

    name: str
    titles: Text
    kind: OperationKind
    status: OperationStatus
    supplier: str
    recipient: str
    citations: tuple[Citation, ...]
    requesters: tuple[RequesterClass, ...]
    variants: tuple[Variant, ...]
    aliases: tuple[Alias, ...] = ()
    successor: str = ""
    functionality: Text = field(default_factory=Text)
    missions: tuple[str, ...] = ()
    legal_basis: tuple[str, ...] = ()
    purposes: frozenset[Purpose] = frozenset()
    authorisations: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    legal_contexts: frozenset[str] = frozenset()
    delivers_information_types: bool = False
    proof_required: bool = False
    replaced_number: ReplacedNumber = ReplacedNumber.FOLLOW
    all_or_nothing: bool = False
    lists_others: bool = False
    file: str = ""


@dataclass(frozen=True, slots=True)
class OperationGroup:
    """A name that stands for several operations; asking it is an error that lists the parts (S30)."""

    name: str
    parts: tuple[str, ...]
