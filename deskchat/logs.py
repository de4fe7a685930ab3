"""Structured logs: one JSON object a line, with the request's id; never a message's text, never a token.

Lines are written by a thread of their own, so that a reader of them who stalls holds up no request.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue
from traceback import StackSummary, walk_tb
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger
from typing_extensions import override

MOST_WAITING = 10_000
"""Lines that wait for a stalled reader; those beyond are dropped."""


@contextmanager
def written_to(stream: TextIO, level: str) -> Iterator[None]:
    """Within it everything logged, by the libraries too, goes to the stream; at its end all of it has."""
    queue: SimpleQueue[logging.LogRecord] = SimpleQueue()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter())
    listener = QueueListener(queue, handler)
    root = logging.getLogger()
    before, root.handlers = root.handlers, [_LineQueue(queue)]
    _configure(level.upper())
    listener.start()
    try:
        yield
    finally:
        root.handlers = before
        listener.stop()


def _configure(level: str) -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.getLogger().setLevel(level)
    # What these say below that is how they start and stop.
    for library in ("alembic", "uvicorn"):
        logging.getLogger(library).setLevel(logging.WARNING)


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace,
    ]


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


class _LineQueue(QueueHandler):
    def __init__(self, queue: SimpleQueue[logging.LogRecord]) -> None:
        super().__init__(queue)
        self._waiting = queue

    @override
    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record

    @override
    def enqueue(self, record: logging.LogRecord) -> None:
        if self._waiting.qsize() < MOST_WAITING:
            self._waiting.put(record)
