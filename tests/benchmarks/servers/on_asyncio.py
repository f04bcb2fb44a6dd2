"""`Decide` on the asyncio server of gRPC with uvloop: the same service, nothing but the server is another one."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import grpc
import uvloop

from integrationcontrol.v1 import decision_service_pb2 as pb
from rules_service.reference import Reference
from rules_service.reference.engine import Engine
from rules_service.register import PersonDirectory, Register
from rules_service.register.persons import WrongProofs
from rules_service.serve.attempts import Attempts
from rules_service.serve.authenticator import Authenticator
from rules_service.serve.clock import brussels_today
from rules_service.serve.decider import Decider
from rules_service.serve.decision_service import FORMS, DecisionService
from rules_service.serve.explainer import Explainer
from rules_service.serve.facts import LiveFacts
from rules_service.serve.recipients import RecipientLister
from rules_service.serve.remembered import RememberedByAll
from rules_service.serve.rules import Rules
from rules_service.serve.settings import Settings
from rules_service.serve.terms import Terms

_METHOD = f"/{pb.DESCRIPTOR.services_by_name['DecisionService'].full_name}/Decide"


def service_on(register_file: Path, rulesets: Path, opened: ExitStack) -> DecisionService:
    """The service of the server that is measured."""
    rules, settings = Rules.load(rulesets), Settings(rulesets, register_file)
    register = opened.enter_context(Register.open(register_file))
    facts = opened.enter_context(closing(LiveFacts(register, settings.saved_index)))
    directory = PersonDirectory(register, settings.persons_key)
    remembered = RememberedByAll(WrongProofs(register, directory))
    attempts = Attempts(settings.wrong_proofs, settings.wrong_proofs_seconds, remembered=remembered)
    decider = Decider(rules, facts, Authenticator(rules.plan, directory, attempts))
    explainer = Explainer(decider, Reference(rules.ruleset, rules.plan.digest, opened.enter_context(Engine())))
    terms = Terms(settings.limits, settings.granted, brussels_today)
    service = DecisionService(rules, decider, explainer, RecipientLister(rules, facts), terms)
    service.warm_up()
    return service


def serve(register: Path, rulesets: Path) -> None:
    """Listen, say where, and answer calls on the event loop itself: a decision is too short for a thread."""
    with ExitStack() as opened, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serving(service_on(register, rulesets, opened)))


async def _serving(service: DecisionService) -> None:
    read = FORMS.get(_METHOD, pb.DecideRequest.FromString)

    async def decide(request: Any, context: Any) -> Any:
        return service.Decide(request, context)

    write = None if _METHOD in FORMS else pb.DecideResponse.SerializeToString
    handler = grpc.unary_unary_rpc_method_handler(decide, read, write)
    server = grpc.aio.server()
    _, name, method = _METHOD.split("/")
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, {method: handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    await server.wait_for_termination()
