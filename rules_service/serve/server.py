"""The gRPC server: put together, started, and stopped without losing a call."""

from __future__ import annotations

import logging
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from importlib.metadata import version
from types import FrameType, TracebackType
from typing import Final, Self

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from integrationcontrol.v1 import (
    catalogue_service_pb2,
    catalogue_service_pb2_grpc,
    decision_service_pb2,
    decision_service_pb2_grpc,
    register_service_pb2,
    register_service_pb2_grpc,
)
from rules_service.errors import OperatorError
from rules_service.reference import Reference
from rules_service.reference.engine import Engine
from rules_service.register import PersonDirectory, Register
from rules_service.register.commits import Commits
from rules_service.register.persons import WrongProofs
from rules_service.register.sealed_files import SnapshotKeys
from rules_service.serve.attempts import Attempts
from rules_service.serve.authenticator import Authenticator
from rules_service.serve.catalogue_service import CatalogueService, ServerFacts
from rules_service.serve.clock import Clock, brussels_today
from rules_service.serve.control import Control
from rules_service.serve.decider import Decider
from rules_service.serve.decision_service import FORMS, DecisionService
from rules_service.serve.directory import DirectoryReader
from rules_service.serve.explainer import Explainer
from rules_service.serve.facts import Facts, LiveFacts
from rules_service.serve.followers import Follower
from rules_service.serve.interceptor import CallInterceptor
from rules_service.serve.ports import cannot_listen
from rules_service.serve.recipients import RecipientLister
from rules_service.serve.register_service import Desk, RegisterService
from rules_service.serve.registrar import Registrar
from rules_service.serve.remembered import RememberedByAll
from rules_service.serve.row_imports import RowImporter
from rules_service.serve.rules import Rules
from rules_service.serve.settings import Settings
from rules_service.serve.terms import Terms
from rules_service.serve.transport import ALONE, ALWAYS, AMONG_OTHERS

_LOG = logging.getLogger("rules_service.serve")
_WAKING_SECONDS: Final = 0.5
_SERVICES = (
    decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"].full_name,
    catalogue_service_pb2.DESCRIPTOR.services_by_name["CatalogueService"].full_name,
    register_service_pb2.DESCRIPTOR.services_by_name["RegisterService"].full_name,
)


class Server:
    """A server on one set of rules and one register. As a context it starts on entry and stops on exit."""

    def __init__(self, settings: Settings, clock: Clock = brussels_today) -> None:
        self._settings = settings
        self._clock = clock
        self._resources = ExitStack()
        self._health = health.HealthServicer()
        self._server: grpc.Server | None = None
        self._commits: Commits | None = None
        self._facts: LiveFacts | None = None
        self.digest = ""
        self._stopping = threading.Event()
        self.port = 0

    @property
    def address(self) -> str:
        """Where the server listens, with the port that it really has."""
        return f"{self._settings.bind_address.rpartition(':')[0]}:{self.port}"

    def start(self) -> None:
        """Read the rules, open the register, listen.

        Raises:
            OperatorError: rules, register or address cannot be used; nothing is left running.
        """
        with ExitStack() as opened:
            rules = self._rules()
            register = opened.enter_context(Register.open(self._settings.register))
            engine = opened.enter_context(Engine())
            facts = opened.enter_context(closing(self._live_facts(register)))
            commits = opened.enter_context(
                Commits(register, lambda: facts.latest().revision, self._settings.poll_seconds)
            )
            # Entered last and so left first: no handler runs any more when the engine and the register are closed.
            calls = opened.enter_context(ThreadPoolExecutor(self._settings.call_threads, thread_name_prefix="call"))
            decider = Decider(rules, facts, self._authenticator(rules, register))
            server = self._build(rules, facts, decider, engine, calls)
            desk = _desk(rules, facts, decider, register, commits)
            self._serve_register(server, desk)
            self.port = _listen(server, self._settings.bind_address)
            server.start()
            self._server, self._commits, self._facts = server, commits, facts
            self.digest, self._resources = rules.plan.digest, opened.pop_all()
        for service in (health.OVERALL_HEALTH, *_SERVICES):
            self._health.set(service, health_pb2.HealthCheckResponse.SERVING)
        _LOG.info("listening on %s with %d operations", self.address, len(rules.ruleset.operations))

    def stop(self) -> None:
        """Take no new calls, finish those in flight within the grace, then let go of everything.

        A caller is cut off when the grace is over. Its handler still runs to its end before the register is closed
        under it: a batch is bounded, so the process ends soon after.
        """
        if self._server is None:
            return
        self._health.enter_graceful_shutdown()
        if self._commits is not None:
            self._commits.close()  # who follows the register would wait for ever
        self._server.stop(self._settings.grace_seconds).wait()
        self._server = None
        self._resources.close()
        _LOG.info("stopped")

    def settle(self) -> None:
        """Wait until the index is saved, where it was read from the database at the start."""
        if self._facts is not None:
            self._facts.settle()

    def end(self) -> None:
        """Have `serve_until_signal` end as if a signal had come; from any thread."""
        self._stopping.set()

    def heed_signals(self) -> None:
        """Have SIGTERM and SIGINT end `serve_until_signal`; to be called before anybody hears of the server."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def serve_until_signal(self) -> None:
        """Serve until a signal that is heeded comes, then stop; in the main thread of a started server."""
        # The system may give the signal to any thread, but it is handled here, and not before this thread wakes.
        while not self._stopping.wait(_WAKING_SECONDS):
            pass
        self.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def _terms(self) -> Terms:
        return Terms(self._settings.limits, self._settings.granted, self._clock)

    def _serve_register(self, server: grpc.Server, desk: Desk) -> None:
        service = RegisterService(desk, self._terms)
        register_service_pb2_grpc.add_RegisterServiceServicer_to_server(service, server)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.end()

    def _rules(self) -> Rules:
        rules, folder, wanted = Rules.load(self._settings.rulesets), self._settings.rulesets, self._settings.digest
        if wanted not in (None, rules.plan.digest):
            raise OperatorError(
                f"the rulesets in `{folder}` have changed while the server runs: put them back, or start it again"
            )
        return rules

    def _live_facts(self, register: Register) -> LiveFacts:
        key_file = self._settings.snapshot_key
        keys = None if key_file is None else SnapshotKeys.load(key_file)
        return LiveFacts(register, self._settings.saved_index, keys)

    def _authenticator(self, rules: Rules, register: Register) -> Authenticator:
        """What checks proofs; where persons are held without the key to check them by, the server does not start."""
        directory = PersonDirectory(register, self._settings.persons_key)
        directory.is_held(register.revision())
        remembered = RememberedByAll(WrongProofs(register, directory))
        attempts = Attempts(self._settings.wrong_proofs, self._settings.wrong_proofs_seconds, remembered=remembered)
        return Authenticator(rules.plan, directory, attempts)

    def _build(
        self, rules: Rules, facts: Facts, decider: Decider, engine: Engine, calls: ThreadPoolExecutor
    ) -> grpc.Server:
        limits, permissions = self._settings.limits, self._settings.granted
        explainer = Explainer(decider, Reference(rules.ruleset, rules.plan.digest, engine))
        processes = self._settings.processes
        about = ServerFacts(version("rules-service"), _engines_present(engine), limits, permissions, processes)
        shared = ALONE if processes == 1 else AMONG_OTHERS
        server = grpc.server(
            calls,
            interceptors=[CallInterceptor(limits, FORMS)],
            options=[("grpc.max_receive_message_length", limits.transport_bytes), *ALWAYS, *shared],
        )
        lister, threads = RecipientLister(rules, facts), self._settings.threads
        decisions = DecisionService(rules, decider, explainer, lister, self._terms, threads)
        decisions.warm_up()
        decision_service_pb2_grpc.add_DecisionServiceServicer_to_server(decisions, server)
        catalogue_service_pb2_grpc.add_CatalogueServiceServicer_to_server(CatalogueService(rules, facts, about), server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        reflection.enable_server_reflection((*_SERVICES, health.SERVICE_NAME, reflection.SERVICE_NAME), server)
        return server


def _desk(rules: Rules, facts: Facts, decider: Decider, register: Register, commits: Commits) -> Desk:
    """Who works on the register; each write wakes those who follow it."""
    directory = DirectoryReader(facts, register)
    return Desk(
        registrar=Registrar(rules, Control(rules, decider), facts, register, commits.announce),
        directory=directory,
        follower=Follower(register, commits, directory),
        importer=RowImporter(register, commits.announce),
    )


def _listen(server: grpc.Server, address: str) -> int:
    try:
        port = server.add_insecure_port(address)
    except RuntimeError:
        port = 0
    if not port:
        raise cannot_listen(address)
    return port


def _engines_present(engine: Engine) -> tuple[str, ...]:
    """The evaluators by name; the inference engine is not built for every Python."""
    present = ("single", "columns", "reference")
    return present if engine.worker_pid is None else (*present, "durable-rules")
