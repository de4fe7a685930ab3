"""Every refusal, in one tree. A refusal says what happened and what to do, and tells outsiders nothing."""

from typing import ClassVar


class Refusal(Exception):
    """A request that is not carried out. `status` and `code` are part of the API; `detail` is for people."""

    status: ClassVar[int]
    code: ClassVar[str]
    message: ClassVar[str]
    again_after: ClassVar[float | None] = None
    """Seconds after which the same request may succeed, where nobody knows better."""

    def __init__(self, detail: str | None = None, *, retry_after: float | None = None) -> None:
        self.detail = detail or self.message
        self.retry_after = self.again_after if retry_after is None else retry_after
        """Seconds after which the same request may succeed."""
        super().__init__(self.detail)


class Invalid(Refusal):
    status = 400
    code = "invalid"
    message = "The request is not understood."


class NotSignedIn(Refusal):
    status = 401
    code = "not-signed-in"
    message = "You are signed out. Sign in to go on."


class WrongCredentials(Refusal):
    status = 401
    code = "wrong-credentials"
    message = "Email and password do not match. Check both and try again."


class NotAllowed(Refusal):
    status = 403
    code = "not-allowed"
    message = "You may not do this."


class ForeignOrigin(Refusal):
    status = 403
    code = "foreign-origin"
    message = "This request came from another site."


class NotFound(Refusal):
    status = 404
    code = "not-found"
    message = "There is nothing here."


class NoSuchRoom(NotFound):
    code = "no-such-room"
    message = "This chat does not exist, or you are not in it."


class NoSuchMessage(NotFound):
    code = "no-such-message"
    message = "This message does not exist."


class NoSuchUser(NotFound):
    code = "no-such-user"
    message = "This person is not here."


class NoSuchSession(NotFound):
    code = "no-such-session"
    message = "This device is not signed in."


class NoSuchLink(NotFound):
    code = "no-such-link"
    message = "This link has been used, withdrawn or is too old. Ask for a new one."


class MethodNotAllowed(Refusal):
    status = 405
    code = "method-not-allowed"
    message = "This address does not take this method."


class KeyUsed(Refusal):
    status = 409
    code = "key-used"
    message = "This key was used for another message."


class EmailTaken(Refusal):
    status = 409
    code = "email-taken"
    message = "Somebody with this email is here already."


class LastOwner(Refusal):
    status = 409
    code = "last-owner"
    message = "Somebody else must own this first."


class ConnectionGone(Refusal):
    status = 410
    code = "connection-gone"
    message = "This connection has ended. Open a new one."


class TooLarge(Refusal):
    status = 413
    code = "too-large"
    message = "This is too large to be sent."


class SlowDown(Refusal):
    status = 429
    code = "slow-down"
    message = "That was too much at once. Wait a moment and try again."


class Unexpected(Refusal):
    status = 500
    code = "unexpected"
    message = "Something went wrong on the server. Nothing was changed. Try again, or give the reference to whoever runs it."


class Busy(Refusal):
    status = 503
    code = "busy"
    message = "The server is busy. Try again in a moment."


class Unavailable(Refusal):
    """The outcome is unknown: a client sends the same key again, and learns it."""

    status = 503
    code = "unavailable"
    again_after = 1.0
    message = "The server could not keep this. Try again in a moment."


class StorageFull(Refusal):
    status = 507
    code = "storage-full"
    message = (
        "The server's disk is full, so this was not kept. Reading goes on. Tell whoever runs the server."
    )
