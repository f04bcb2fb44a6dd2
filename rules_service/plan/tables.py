"""The tables of a plan, from the operation down to the single clause.

Rows refer to rows of other tables by their index, and to runs of rows by `first` (included) and `end` (excluded):

    operation -> variants -> conjunctions -> clauses -> window

A variant is granted when one of its conjunctions holds; a conjunction holds when all of its clauses do; a clause is
one comparison between the days of the selected integrations and the days of a window (architecture, idea 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from rules_service.algebra import NameKind, Shift, Window
from rules_service.decision import RequestVocabulary
from rules_service.identifiers import NOT_SIGNIFICANT
from rules_service.identifiers.parties import ExecutedBy, RequesterClass

OTHER_CODE_BIT = 63
"""The bit of every quality code that no rule names; "any code" includes it."""
ANY_CODE = (1 << 64) - 1
"""Every bit. "Any code" is this mask without the bits of 0, 902 and 999, should a rule name them (S13)."""
NO_INSTITUTION = -1


class Status(IntEnum):
    """Whether an operation can be asked at all."""

    AVAILABLE = 0
    NOT_YET_AVAILABLE = 1
    REMOVED = 2


class RuleKind(IntEnum):
    """How a variant decides."""

    CONTROL = 0
    NO_CONTROL = 1
    UNDOCUMENTED = 2


class Scope(IntEnum):
    """Whose integrations a clause looks at; REQUEST looks at a second window of the request instead (A12)."""

    REQUESTER = 0
    REQUESTER_SECTOR = 1
    SECTOR = 2
    INSTITUTION = 3
    REQUEST = 4


class Predicate(IntEnum):
    """How the days of the integrations are compared with those of the window.

    COVERED_BY_ONE asks one single integration to cover the window; COVERS their union.
    """

    OVERLAPS = 0
    COVERS = 1
    COVERED_BY_ONE = 2
    TOTAL_DAYS = 3


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One comparison. `extend_begin`, `other_window` and windows are None or an index into the plan's tables.

    `code_mask` has one bit for each admissible quality code (see `Plan.code_bits`); `secondary` names the register;
    `threshold` is the number of days that TOTAL_DAYS must reach.
    """

    scope: Scope
    sector: int
    institution: int
    code_mask: int
    secondary: bool
    predicate: Predicate
    window: int
    other_window: int | None
    extend_begin: Shift | None
    threshold: int

    @property
    def is_own(self) -> bool:
        """Whether only the requester's own integrations count."""
        return self.scope is Scope.REQUESTER


@dataclass(frozen=True, slots=True)
class ConjunctionRow:
    """Clauses `first` to `end`, all of which must hold; `names` are the inputs that its windows need."""

    first: int
    end: int
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class GuardRow:
    """When a variant applies; empty fields do not restrict. `persons`: True some, False none, None either."""

    requesters: tuple[RequesterClass, ...]
    parameters: tuple[tuple[str, frozenset[str]], ...]
    persons: bool | None
    given: frozenset[str]
    not_given: frozenset[str]


@dataclass(frozen=True, slots=True)
class InputRow:
    """A period or date that a variant reads; `name` is one of the vocabulary."""

    name: str
    optional_end: bool
    facts_when_missing: bool


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One way in which an operation is decided; conjunctions `first` to `end`.

    `permitted_codes` is the mask that a stated quality code must match, None where the code is not checked (S13).
    """

    name: str
    rule: RuleKind
    guard: GuardRow
    first: int
    end: int
    permitted_codes: int | None
    inputs: tuple[InputRow, ...]
    authorisations: tuple[str, ...]
    assumptions: tuple[str, ...]
    executed_by: ExecutedBy
    needs_persons: bool


@dataclass(frozen=True, slots=True)
class OperationRow:
    """One operation; variants `first` to `end`, in the order in which alternatives are named."""

    name: str
    status: Status
    requesters: tuple[RequesterClass, ...]
    legal_contexts: frozenset[str]
    first: int
    end: int
    authorisations: tuple[str, ...]
    assumptions: tuple[str, ...]
    delivers_information_types: bool
    proof_required: bool
    refuses_replaced: bool


@dataclass(frozen=True, slots=True)
class InformationTypeRow:
    """An information type and the masks of quality codes under which it may be given (S30b)."""

    number: str
    codes: int
    user_roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that evaluators need to decide, and nothing of the texts it came from.

    `names` maps every identifier and alias to its operation's index; `groups` maps a name that stands for several
    operations to its parts; `code_bits` gives each quality code that some rule names its bit, 0 to 62. `source_digest`
    stands for the whole ruleset, texts and citations included, so that equal digests explain alike too (S23).
    """

    operations: tuple[OperationRow, ...]
    variants: tuple[VariantRow, ...]
    conjunctions: tuple[ConjunctionRow, ...]
    clauses: tuple[ClauseRow, ...]
    windows: tuple[Window, ...]
    code_bits: Mapping[int, int]
    names: Mapping[str, int]
    groups: Mapping[str, tuple[str, ...]]
    vocabulary: Mapping[str, NameKind]
    parameters: Mapping[str, frozenset[str]]
    information_types: tuple[InformationTypeRow, ...]
    source_digest: str
    compiler_version: str
    digest: str = ""

    @property
    def request_vocabulary(self) -> RequestVocabulary:
        """The names that requests may use."""
        return RequestVocabulary(self.vocabulary, self.parameters)

    def variants_of(self, operation: OperationRow) -> range:
        """The indices of an operation's variants."""
        return range(operation.first, operation.end)

    def code_bit_of(self, code: int) -> int:
        """The mask with the code's bit alone: its own, the shared one of unnamed codes, or none at all (S13)."""
        return code_mask(self.code_bits, (code,))


def code_mask(code_bits: Mapping[int, int], codes: Iterable[int]) -> int:
    """The mask of some quality codes; 0, 902 and 999 have a bit only where a rule names them (S13)."""
    mask = 0
    for code in codes:
        bit = code_bits.get(code)
        if bit is not None:
            mask |= 1 << bit
        elif code not in NOT_SIGNIFICANT:
            mask |= 1 << OTHER_CODE_BIT
    return mask
