"""How a command ends when something is wrong: one clear line, an exit code, never a traceback."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import click

from integrationcontrol import IntegrationControlError
from rules_service.errors import CallerError, InternalError, RuleAuthorError, RulesServiceError
from rules_service.serve.statuses import status_of

CHECK_FAILED: Final = 1
BAD_INPUT: Final = 2


class Failure(click.ClickException):
    """Ends the command with a message and an exit code."""

    def __init__(self, message: str, exit_code: int = BAD_INPUT) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click reads it from the instance too

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message on standard error."""
        click.echo(f"error: {self.format_message()}", file=file, err=True)


class Commands(click.Group):
    """The commands of the program, every one of which ends its errors in the same way."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        with clear_failures():
            return super().invoke(ctx)


@contextmanager
def clear_failures() -> Iterator[None]:
    """Our own errors in the block, and those of files, become a `Failure`."""
    try:
        yield
    except RuleAuthorError as error:
        raise Failure(f"the rulesets have mistakes; mend them first\n{error}") from None
    except IntegrationControlError as error:
        raise Failure(f"the server answered {error.code}: {error}", CHECK_FAILED) from None
    except CallerError as error:
        raise Failure(status_of(error).message) from None  # a status never holds a person's number
    except RulesServiceError as error:
        raise Failure(str(error), CHECK_FAILED if isinstance(error, InternalError) else BAD_INPUT) from None
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # click ends quietly when the reader of our output has gone
        raise Failure(f"{error.filename or 'a file'}: {error.strerror or 'cannot be used'}") from None
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:  # noqa: BLE001 (nothing may end in a traceback)
        raise Failure(f"the program has a fault, tell its developers: {_place_of(error)}", CHECK_FAILED) from None


def _place_of(error: Exception) -> str:
    """What kind of fault and where; its own words are left out, because they may repeat a person's number."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"`{type(error).__name__}` in `{Path(last.filename).name}`, line {last.lineno}"


def listed(lines: Sequence[object], most: int = 50) -> str:
    """Some lines for standard error, and how many more there are."""
    shown = [str(line) for line in lines[:most]]
    return "\n".join([*shown, f"... and {len(lines) - most} more"] if len(lines) > most else shown)
