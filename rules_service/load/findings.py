"""Where mistakes are collected while a file is read: nothing stops at the first one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import NoReturn, TypeVar

from rules_service.errors import InvalidRequestError, Mistake, Position
from rules_service.load.codes import Code
from rules_service.load.document import Node, UnexpectedShapeError

Part = TypeVar("Part")
Default = TypeVar("Default")


class UnbuildableError(Exception):
    """A part of a file cannot be built; its mistake has already been written down."""


class Findings:
    """The mistakes of one file.

    Building goes on after a mistake: `attempt` and `every` leave out the part that is wrong and go on with the next.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._mistakes: list[Mistake] = []
        self._surprises: list[Mistake] = []
        self._settled: frozenset[str] = frozenset()
        self._given_up = 0

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Every mistake, once each.

        A part that had another shape than a builder expects was reported by the schema; should it ever not have
        been, the surprise itself is the mistake, so that nothing wrong passes unseen.
        """
        found = self._mistakes or self._surprises
        return tuple(sorted(set(found)))

    def settle(self) -> None:
        """What has been said about a value until now is enough: nothing more is written down about it."""
        self._settled = frozenset(mistake.path for mistake in self._mistakes)

    def add(self, node: Node, code: Code, message: str, suggestion: str = "") -> None:
        """Writes down a mistake at the place of a value."""
        self.add_at(node.position, node.path, code, message, suggestion)

    def add_at(self, position: Position, path: str, code: Code, message: str, suggestion: str = "") -> None:
        """Writes down a mistake at any place."""
        if path in self._settled:
            return
        self._mistakes.append(Mistake(self.file, position, code.value, path, message, suggestion))

    def fail(self, node: Node, code: Code, message: str, suggestion: str = "") -> NoReturn:
        """Writes down a mistake and gives up the part that it makes impossible to build."""
        self.add(node, code, message, suggestion)
        raise UnbuildableError

    @property
    def count(self) -> int:
        """How much is wrong so far: it grows with every mistake and with every part that is given up."""
        return len(self._mistakes) + self._given_up

    def attempt(self, build: Callable[[Node], Part], node: Node) -> Part | None:
        """The part, or None when it is wrong."""
        return self.attempt_or(None, build, node)

    def attempt_or(self, otherwise: Default, build: Callable[[Node], Part], node: Node) -> Part | Default:
        """The part, or `otherwise` when it is wrong: never used, because a ruleset with a mistake is not handed out."""
        try:
            return build(node)
        except UnbuildableError:
            pass  # written down where it was raised
        except UnexpectedShapeError as surprise:
            self._surprise(surprise.node, str(surprise))
        except (ValueError, InvalidRequestError) as surprise:  # how the layers below refuse what must not exist
            self._surprise(node, str(surprise))
        self._given_up += 1
        return otherwise

    def _surprise(self, node: Node, message: str) -> None:
        self._surprises.append(Mistake(self.file, node.position, Code.WRONG_TYPE.value, node.path, message))

    def every(self, build: Callable[[Node], Part], nodes: Iterable[Node]) -> tuple[Part, ...]:
        """All parts.

        Raises:
            UnbuildableError: at least one is wrong; every one has been tried, so that all mistakes are known.
        """
        nodes = tuple(nodes)
        parts = self.those_that_build(build, nodes)
        if len(parts) < len(nodes):
            raise UnbuildableError
        return parts

    def those_that_build(self, build: Callable[[Node], Part], nodes: Iterable[Node]) -> tuple[Part, ...]:
        """The parts that are right; the others have been written down."""
        attempts = [self.attempt(build, node) for node in nodes]
        return tuple(part for part in attempts if part is not None)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that looks most like `word`, or an empty text."""
    close = get_close_matches(word[:80].lower(), {name.lower(): name for name in known}, n=1)
    by_lower = {name.lower(): name for name in known}
    return f"did you mean `{by_lower[close[0]]}`?" if close else ""
