"""Several server processes on one port: started, replaced when one dies, stopped together."""

from __future__ import annotations

import logging
import selectors
import signal
import socket
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Final

from rules_service.errors import OperatorError
from rules_service.serve.ports import kept_port
from rules_service.serve.server_process import ServerProcess
from rules_service.serve.settings import Settings

_LOG = logging.getLogger("rules_service.serve")
_LONG_LIFE_SECONDS: Final = 60.0
_LONGEST_PAUSE_SECONDS: Final = 30.0


@dataclass(slots=True)
class _Place:
    """One of the processes that are wanted: the one that lives now, if any, and when the next one may start."""

    process: ServerProcess | None = None
    not_before: float = 0.0
    died_young: int = 0

    @property
    def serves(self) -> bool:
        return self.process is not None and self.process.serves

    def vacate(self, lived: float) -> float:
        """Nobody lives here any more; for how long: not at all at first, and longer each time when they die young."""
        self.process = None
        self.died_young = 0 if lived > _LONG_LIFE_SECONDS else self.died_young + 1
        pause = min(2.0 ** (self.died_young - 2), _LONGEST_PAUSE_SECONDS) if self.died_young > 1 else 0.0
        self.not_before = time.monotonic() + pause
        return pause


class Supervisor:
    """Keeps as many processes serving as the settings tell, in one thread that waits for what happens to them.

    The first process starts alone: so what is wrong with the settings is told once, and what takes long at a first
    start, such as reading the database and saving the index, is done once, before the others share it. A process that
    dies is replaced, and the others do not notice. One that cannot start while no other one lives ends the program.
    """

    def __init__(self, settings: Settings, command: Sequence[str], announce: Callable[[str], None]) -> None:
        """To be used in the main thread, once.

        Args:
            settings: of all processes; the port may be 0.
            command: starts a process, which takes its settings as `ServerProcess` gives them.
            announce: is given the address as soon as all processes serve.
        """
        self._settings = settings
        self._command = command
        self._announce = announce
        self._is_announced = False
        self._places = [_Place()]
        self._selector = selectors.DefaultSelector()
        self._exit_code: int | None = None

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; the exit code of the program.

        Raises:
            OperatorError: the address cannot be listened on, or no process can be started.
        """
        host, port = self._settings.host, self._settings.port
        with closing(self._selector), _ending_signals() as signals, kept_port(host, port) as number:
            self._settings = replace(self._settings, port=number)
            self._selector.register(signals, selectors.EVENT_READ)
            try:
                while self._exit_code is None:
                    self._attend(self._fill())
            finally:
                self._selector.unregister(signals)
                worst = self._stop()
            return max(self._exit_code, worst)

    def _fill(self) -> float | None:
        """Start what may start now; after how many seconds another one may, None where all live."""
        now = time.monotonic()
        for place in self._places:
            if place.process is None and place.not_before <= now:
                self._start(place)
        free = [place.not_before - now for place in self._places if place.process is None]
        return max(0.0, min(free)) if free else None

    def _start(self, place: _Place) -> None:
        try:
            place.process = ServerProcess(self._command, self._settings)
        except OSError as error:  # no descriptors or no memory left just now
            if self._is_deserted:
                raise OperatorError(f"a server process cannot be started: {error.strerror}") from None
            _LOG.warning("a server process cannot be started, tried again in %g s", place.vacate(0.0))
        else:
            self._selector.register(place.process, selectors.EVENT_READ, place)

    def _attend(self, seconds: float | None) -> None:
        """Wait for something to happen, no longer than that, and do what it asks for."""
        for key, _ in self._selector.select(seconds):
            if isinstance(key.fileobj, ServerProcess):
                self._hear(key.fileobj, key.data)
            else:
                self._exit_code = 0  # a signal to end

    def _hear(self, process: ServerProcess, place: _Place) -> None:
        if not self._ended(process):
            self._count_serving(process)
            return
        pause = place.vacate(process.seconds)
        if self._is_deserted and not process.serves:
            self._exit_code = process.exit_code
            if process.was_killed:  # else it said itself what is wrong
                _LOG.error("%s before it served, and no other one lives", process)
        else:
            _LOG.warning("%s; another one takes its place%s", process, f" in {pause:g} s" if pause else "")

    def _ended(self, process: ServerProcess) -> bool:
        """Whether what is new is that it ended."""
        process.hear()
        if process.has_ended:
            self._selector.unregister(process)
            process.close()
        return process.has_ended

    def _count_serving(self, process: ServerProcess) -> None:
        """Once the first one serves the others may start, by the same rules, and once all do the address is told."""
        self._settings = replace(self._settings, digest=process.digest)
        self._places += [_Place() for _ in range(self._settings.processes - len(self._places))]
        if not self._is_announced and all(place.serves for place in self._places):
            self._is_announced = True
            self._announce(self._settings.bind_address)

    @property
    def _is_deserted(self) -> bool:
        return all(place.process is None for place in self._places)

    def _stop(self) -> int:
        """Have all processes stop, and kill those that do not; the worst of their exit codes."""
        living = {place.process for place in self._places if place.process}
        for process in living:
            process.send(signal.SIGTERM)
        self._wait_for(living, self._settings.stop_seconds)
        for process in living:
            if not process.has_ended:
                _LOG.warning("server process %d has not stopped in time and is killed", process.pid)
                process.send(signal.SIGKILL)
        self._wait_for(living, None)
        return max((process.exit_code for process in living), default=0)

    def _wait_for(self, processes: Collection[ServerProcess], seconds: float | None) -> None:
        """Until all of them ended, or that time is over; None: as long as it takes."""
        until = None if seconds is None else time.monotonic() + seconds
        while not all(process.has_ended for process in processes):
            found = self._selector.select(None if until is None else max(0.0, until - time.monotonic()))
            if not found:
                return
            for key, _ in found:
                if isinstance(key.fileobj, ServerProcess):
                    self._ended(key.fileobj)


@contextmanager
def _ending_signals() -> Iterator[socket.socket]:
    """What can be read from as soon as SIGTERM or SIGINT came."""
    heard, told = socket.socketpair()
    with heard, told:
        told.settimeout(0)  # a signal handler must not wait
        earlier_fd = signal.set_wakeup_fd(told.fileno())
        earlier = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield heard
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(earlier_fd)
