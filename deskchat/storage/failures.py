"""What went wrong, as the domain says it. Logged here, without a word of what anybody wrote."""

import sqlite3
from traceback import format_tb

import structlog
from sqlalchemy.exc import DBAPIError

from deskchat.domain.errors import Refusal, StorageFull, Unavailable, Unexpected

_log = structlog.get_logger(__name__)

# The log's shared memory is a file too, and growing it fails for want of room alone.
_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
_DISK_FULL = "53100"
# Each driver has its own of these, by the names that all drivers share; none is loaded to be compared with.
_OF_THE_ENGINE = {"OperationalError", "InternalError"}


class TransactionLost(Exception):
    """The engine gave up the whole transaction: whatever came after the error that did it was kept by nobody."""


def as_refusal(error: Exception) -> Refusal:
    """A refusal as it is; StorageFull or Unavailable for what the engine could not do; Unexpected for a fault of ours."""
    if isinstance(error, Refusal):
        return error
    _log.error("storage.failed", **_describe(error))
    if _is_full(_get_cause(error)):
        return StorageFull()
    return Unavailable() if is_of_the_engine(error) else Unexpected()


def is_of_the_engine(error: Exception) -> bool:
    """Whether it could not do what it was asked, whatever that was."""
    cause = _get_cause(error)
    # Everything else that a driver raises says that a statement of ours was wrong.
    return _is_full(cause) or bool(_OF_THE_ENGINE & {kind.__name__ for kind in type(cause).__mro__})


def judge_lost_batch(error: Exception, commands: int) -> type[Refusal]:
    """What every command of a batch is told that was not committed."""
    _log.error("storage.batch-lost", commands=commands, **_describe(error))
    return StorageFull if _is_full(_get_cause(error)) else Unavailable


def report_death(thread: str, error: Exception) -> None:
    _log.critical("storage.thread-died", thread=thread, **_describe(error))


def _describe(error: Exception) -> dict[str, str]:
    # Not the error's own words: they may hold what somebody wrote.
    return {"error": type(error).__name__, "at": "".join(format_tb(error.__traceback__))}


def _is_full(cause: BaseException) -> bool:
    return getattr(cause, "sqlite_errorcode", None) in _FULL or getattr(cause, "sqlstate", None) == _DISK_FULL


def _get_cause(error: BaseException) -> BaseException:
    """What the driver said, from under those who passed it on."""
    if isinstance(error, TransactionLost) and error.__cause__:
        return _get_cause(error.__cause__)
    return error.orig if isinstance(error, DBAPIError) and error.orig else error
