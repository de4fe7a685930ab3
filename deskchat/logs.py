"""Structured logs: one JSON object a line, with the request's id; never a message's text, never a token.

Lines are written by a thread of their own, so that a reader of them who stalls holds up no request.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from queue import SimpleQueue
from threading import Event, Thread
from traceback import StackSummary, walk_tb
from typing import Any, NoReturn, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger
from typing_extensions import override

MOST_WAITING = 10_000
"""Lines that wait for a stalled reader; those beyond are dropped."""
PAUSE = 0.05
"""Seconds between two writes: to wake a thread for a line takes longer than to make the line."""

_encode = json.JSONEncoder(default=repr).encode


@contextmanager
def written_to(stream: TextIO, level: str) -> Iterator[None]:
    """Within it everything logged, by the libraries too, goes to the stream; at its end all of it has."""
    lines = _Lines(stream)
    root = logging.getLogger()
    before, root.handlers = root.handlers, [_OfLibraries(lines)]
    _configure(level.upper(), lines)
    lines.start()
    try:
        yield
    finally:
        root.handlers = before
        lines.stop()


class _Lines:
    """On their way to the stream."""

    def __init__(self, stream: TextIO) -> None:
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._stream = logging.StreamHandler(stream)
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="log", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join()

    def put(self, line: str) -> None:
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(line)

    def take(self, _logger: WrappedLogger, _method: str, line: Any) -> NoReturn:
        """The last processor of our own lines: the standard library has no part in them."""
        self.put(line)
        raise structlog.DropEvent

    def _run(self) -> None:
        waiting = iter(self._waiting.get, None)
        for line in waiting:
            lines = [line, *islice(waiting, self._waiting.qsize())]
            # The library says on stderr what it could not write.
            self._stream.handle(logging.makeLogRecord({"msg": "\n".join(lines)}))
            self._stopping.wait(PAUSE)


class _OfLibraries(logging.Handler):
    """What they log, as lines like our own."""

    def __init__(self, lines: _Lines) -> None:
        super().__init__()
        self._lines = lines
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=_shared(),
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _render],
            )
        )

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self._lines.put(self.format(record))


def _configure(level: str, lines: _Lines) -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *_shared(),
            _render,
            lines.take,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.getLogger().setLevel(level)
    # What these say below that is how they start and stop.
    for library in ("alembic", "uvicorn"):
        logging.getLogger(library).setLevel(logging.WARNING)


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace,
    ]


def _render(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    # An encoder that is kept: structlog's own makes one for every line.
    return _encode(event)


def _trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception as its type and where it came from. Its words stay out: they may quote what somebody wrote."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    elif error and not isinstance(error, BaseException):
        error = sys.exception()
    if error:
        event["error"] = list(_causes(error))
    return event


def _causes(error: BaseException | None) -> Iterator[dict[str, object]]:
    while error:
        frames = StackSummary.extract(walk_tb(error.__traceback__), lookup_lines=False)
        yield {
            "type": type(error).__qualname__,
            "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
