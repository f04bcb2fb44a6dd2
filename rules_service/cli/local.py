"""Deciding in this process: the rules, the register at one revision, and the day on which the command runs.

The local caller holds every permission: whoever may read the register's file may ask it anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.cli.lines import BadLine, Item
from rules_service.decision import RegisterReader
from rules_service.errors import InvalidRequestError, OperatorError
from rules_service.register import Index, PersonDirectory, Register, index_of_facts
from rules_service.serve.attempts import Attempts
from rules_service.serve.authenticator import Authenticator
from rules_service.serve.clock import brussels_today
from rules_service.serve.decider import Decider
from rules_service.serve.facts import PinnedFacts
from rules_service.serve.recipients import RecipientLister
from rules_service.serve.rules import Rules

_ASKS_REGISTER = (pb.FACTS_SOURCE_UNSPECIFIED, pb.FACTS_SOURCE_REGISTER)
_NO_REGISTER = "asks the register; give `--register FILE`, or FACTS_SOURCE_INLINE with the facts in the request"


@dataclass(frozen=True, slots=True)
class Local:
    """What a command decides with. `received_on` is read from the clock once (S1)."""

    rules: Rules
    decider: Decider
    lister: RecipientLister
    received_on: int
    has_register: bool

    def checked(self, item: Item) -> Item:
        """The item, or why it cannot be decided here: it asks a register and none was given."""
        if self.has_register or isinstance(item, BadLine) or item.facts not in _ASKS_REGISTER:
            return item
        return BadLine(item.ticket, InvalidRequestError.of("facts", _NO_REGISTER))


@contextmanager
def deciding_here(rulesets: Path, register: str | None, persons_key: Path | None = None) -> Iterator[Local]:
    """Everything that is needed to decide in this process.

    Args:
        rulesets: the folder of rulesets.
        register: the place of the register, None where requests bring their facts along.
        persons_key: the key file of the register's person directory; beside the register's file unless given.

    Raises:
        OperatorError: rules, register or key cannot be used.
    """
    if persons_key is not None and register is None:
        raise OperatorError("`--persons-key` is the key of a register's person directory: give `--register` too")
    rules = Rules.load(rulesets)
    store: AbstractContextManager[Register | NoRegister] = (
        Register.open(register) if register else nullcontext(NoRegister())
    )
    with store as opened:
        facts = PinnedFacts(opened)
        directory = PersonDirectory(opened, persons_key) if isinstance(opened, Register) else None
        decider = Decider(rules, facts, Authenticator(rules.plan, directory, Attempts()))
        lister = RecipientLister(rules, facts)
        yield Local(rules, decider, lister, brussels_today(), has_register=register is not None)


class NoRegister:
    """No register: what is left to decide on are facts that come with the requests."""

    def reader(
        self,
        revision: int | None = None,  # noqa: ARG002
        known_at: datetime | None = None,  # noqa: ARG002
    ) -> RegisterReader:
        """Never; raises `OperatorError`."""
        raise OperatorError("no register was given; name its file with `--register`")

    def snapshot(self, revision: int | None = None) -> Index:  # noqa: ARG002
        """Nothing."""
        return index_of_facts((), ())


def requests_of(items: list[Item]) -> list[pb.DecideRequest]:
    """The items that are requests."""
    return [item for item in items if isinstance(item, pb.DecideRequest)]
