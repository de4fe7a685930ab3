"""Numbers that count everybody's messages, made unreadable for those who carry them.

Where a search goes on is a message's id. Told as it is, it would say how much others write; veiled, it is one of 2**52
numbers, and only the keeper of the secret can turn it back. A keyed permutation (a Feistel network), so that nothing
has to be kept.
"""

from hashlib import blake2b

_ROUNDS = 6
_HALF = 26
_MASK = (1 << _HALF) - 1


def veil(secret: str, number: int) -> int:
    """0 ≤ number < 2**52, veiled as 1 … 2**52."""
    left, right = number >> _HALF, number & _MASK
    for turn in range(_ROUNDS):
        left, right = right, left ^ _scramble(secret, turn, right)
    return (left << _HALF | right) + 1


def unveil(secret: str, veiled: int) -> int:
    """Undoes `veil`. A number that was never veiled gives any number below 2**52."""
    left, right = (veiled - 1) >> _HALF & _MASK, (veiled - 1) & _MASK
    for turn in reversed(range(_ROUNDS)):
        left, right = right ^ _scramble(secret, turn, left), left
    return left << _HALF | right


def _scramble(secret: str, turn: int, half: int) -> int:
    digest = blake2b(bytes([turn]) + half.to_bytes(4, "big"), key=secret.encode(), digest_size=4)
    return int.from_bytes(digest.digest(), "big") & _MASK
