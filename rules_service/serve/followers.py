"""Streams what each revision changed to those who follow the register, and the next one as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from integrationcontrol.v1 import register_service_pb2 as pb
from rules_service.errors import InvalidRequestError, RevisionNotAvailableError
from rules_service.register import Revision
from rules_service.register.changes import Readable, changes_of, revisions_after
from rules_service.register.commits import Commits
from rules_service.serve.convert.holdings import change_message
from rules_service.serve.directory import DirectoryReader
from rules_service.serve.statuses import ServerStoppingError


class Follower:
    """Reads the register on behalf of those who follow it; any number of them at once."""

    def __init__(self, store: Readable, commits: Commits, directory: DirectoryReader) -> None:
        self._store = store
        self._commits = commits
        self._directory = directory

    def changes(
        self, message: pb.WatchIntegrationsRequest, still_wanted: Callable[[], bool]
    ) -> Iterator[pb.WatchIntegrationsResponse]:
        """Every change after the revision that the message names, until nobody wants them any more.

        Args:
            message: from where to follow, and what.
            still_wanted: asked now and then while nothing happens.

        Raises:
            CallerError: the revision or the organisation does not exist.
            ServerStoppingError: the server stops.
            RegisterUnavailableError: the register cannot be read.
        """
        latest = self._commits.latest()
        _check_revision(message.after_revision, latest)
        organisation = self._directory.key_of(message.organisation) if message.HasField("organisation") else None
        end = latest if message.end_at_latest else None
        for revision in self._revisions(message.after_revision, end, still_wanted):
            for change in changes_of(self._store, revision, organisation):
                yield change_message(change)

    def _revisions(self, after: int, end: int | None, still_wanted: Callable[[], bool]) -> Iterator[Revision]:
        """The revisions after one, up to `end` where there is one, else for as long as they are wanted."""
        while end is None or after < end:
            for revision in revisions_after(self._store, after):
                if end is not None and revision.number > end:
                    return
                yield revision
                after = revision.number
            if end is None and not self._wait(after, still_wanted):
                return

    def _wait(self, after: int, still_wanted: Callable[[], bool]) -> bool:
        while not self._commits.wait(after):
            if self._commits.closed:
                raise ServerStoppingError("the server stops: go on from the last revision at another one, or later")
            if not still_wanted():
                return False
        return True


def _check_revision(after: int, latest: int) -> None:
    if after < 0:
        raise InvalidRequestError.of("after_revision", f"`{after}` is not a revision; revisions count from 0")
    if after > latest:
        raise RevisionNotAvailableError(
            f"revision `{after}` does not exist yet: the last one is {latest}",
            metadata={"revision": str(after), "last_revision": str(latest)},
        )
