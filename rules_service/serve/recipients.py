"""Lists who must receive a mutation, with no gRPC in sight: the command line lists by the same path."""

from __future__ import annotations

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.errors import InvalidRequestError
from rules_service.evaluate import Recipients, find_recipients
from rules_service.model import OperationKind
from rules_service.register import Index, index_of_person
from rules_service.serve.convert import Asked, RequestContext, fields_renamed, mutation_of
from rules_service.serve.convert.recipients import FIELDS
from rules_service.serve.facts import Facts
from rules_service.serve.rules import Rules


class RecipientLister:
    """Lists recipients by some rules, on the register and its directory."""

    def __init__(self, rules: Rules, facts: Facts) -> None:
        self._rules = rules
        self._facts = facts

    def list(self, message: pb.ListRecipientsRequest, received_on: int) -> Recipients:
        """Who must receive a mutation that came in on a day.

        Raises:
            CallerError: the request is wrong, names no mutation, or asks for a revision that is not there.
            RegisterUnavailableError: the register cannot be read.
        """
        with fields_renamed(FIELDS):
            asked = mutation_of(message, RequestContext(self._rules.plan.request_vocabulary, received_on))
            if self._rules.operation(asked.request.operation).kind is not OperationKind.MUTATION:
                raise InvalidRequestError.of("operation", "is no mutation; name an operation of kind `mutation`")
            return find_recipients(self._rules.plan, asked.request, self._register(asked))

    def _register(self, asked: Asked) -> Index:
        """The register at the revision asked for; of the past, no more than is known of the person."""
        latest = self._facts.latest()
        found = self._facts.at(asked.consistency, latest)
        if isinstance(found, Index):
            return found
        return index_of_person(found, *asked.request.ssins)
