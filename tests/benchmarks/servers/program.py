"""One of the servers that ours is measured beside, until it is told to end.

    tests/benchmarks/servers/program.py KIND --register FILE --rulesets FOLDER [--answer FILE]

`answer` holds the bytes of an answer, which an echo gives to everybody.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import grpc

from integrationcontrol.v1.decision_service_pb2_grpc import add_DecisionServiceServicer_to_server
from rules_service.serve.kept_memory import keep_freed_memory
from rules_service.serve.settings import Settings
from tests.benchmarks.servers import on_asyncio
from tests.benchmarks.servers.bare import ArrowEcho, DecideEcho, WireOnly, handlers
from tests.benchmarks.servers.usual_way import UsualWay


def serve(kind: str, register: Path, rulesets: Path, answer: Path) -> None:
    """Listen, say where, and answer calls."""
    settings = Settings(rulesets, register)
    options = [("grpc.max_receive_message_length", settings.limits.transport_bytes)]
    server = grpc.server(ThreadPoolExecutor(settings.call_threads), options=options)
    match kind:
        case "usual-way":
            add_DecisionServiceServicer_to_server(UsualWay.on(register, rulesets), server)
        case "decide-echo":
            server.add_generic_rpc_handlers((handlers(DecideEcho(answer.read_bytes())),))
        case "wire-only":
            server.add_generic_rpc_handlers((handlers(WireOnly.on(register, rulesets)),))
        case "arrow-echo":
            server.add_generic_rpc_handlers((handlers(ArrowEcho(answer.read_bytes())),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("kind", choices=("usual-way", "wire-only", "decide-echo", "arrow-echo", "asyncio"))
    options.add_argument("--register", type=Path, required=True)
    options.add_argument("--rulesets", type=Path, required=True)
    options.add_argument("--answer", type=Path, default=Path())
    chosen = options.parse_args()
    keep_freed_memory()  # as our own does
    if chosen.kind == "asyncio":
        on_asyncio.serve(chosen.register, chosen.rulesets)
    else:
        serve(chosen.kind, chosen.register, chosen.rulesets, chosen.answer)


if __name__ == "__main__":
    main()
