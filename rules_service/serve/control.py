"""Whether a call of the register may go on: the same decision as `Decide` would give, and nothing else."""

from __future__ import annotations

from typing import Final

from rules_service.decision import Decision
from rules_service.model import Operation
from rules_service.serve.convert import fields_renamed
from rules_service.serve.convert.findings import Findings
from rules_service.serve.convert.writes import ControlledMessage, control_of, names_of
from rules_service.serve.decider import Decider
from rules_service.serve.rules import Rules
from rules_service.serve.statuses import OperationNotRuledError

INTEGRATE: Final = "OCMWCPASManageAccess.integrate"
CONSULT: Final = "OCMWCPASManageAccess.consult"
REMOVE: Final = "OCMWCPASManageAccess.remove"
REPLACE: Final = "ReplaceIdentification"
HISTORY: Final = "SSINInformationService"


class Control:
    """Decides on calls of the register, each as an operation of the catalogue, for today."""

    def __init__(self, rules: Rules, decider: Decider) -> None:
        self._rules = rules
        self._decider = decider

    def operation(self, name: str) -> Operation:
        """The operation that decides on a call; raises `OperationNotRuledError` where the rulesets lack it."""
        if name not in self._rules.plan.names:
            raise OperationNotRuledError(f"the rulesets of this server have no operation `{name}`: add its rule")
        return self._rules.operation(name)

    def check(self, message: ControlledMessage, operation: str, findings: Findings, received_on: int) -> None:
        """Note what is wrong with the fields that a decision looks at."""
        with findings, fields_renamed(names_of(message)):
            self._decider.read(control_of(message, operation), received_on)

    def decide(self, message: ControlledMessage, operation: str, received_on: int) -> Decision:
        """The decision on a call that came in on a day.

        Raises:
            CallerError: a field is wrong, or the revision asked for is not there.
            OperationNotRuledError: the rulesets lack the operation.
            RegisterUnavailableError: the register cannot be read.
        """
        self.operation(operation)
        with fields_renamed(names_of(message)):
            return self._decider.decide(control_of(message, operation), received_on)
