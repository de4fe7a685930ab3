"""A veiled number comes back to who knows the secret, and to nobody else."""

import pytest

from deskchat.storage.veil import unveil, veil

SECRET = "a" * 64


@pytest.mark.parametrize("number", [0, 1, 2, 4711, 2**26 - 1, 2**26, 2**51 + 17, 2**52 - 1])
def test_what_is_veiled_is_unveiled(number: int) -> None:
    assert unveil(SECRET, veil(SECRET, number)) == number


def test_every_number_is_veiled_differently_within_the_bounds() -> None:
    veiled = {veil(SECRET, number) for number in range(10_000)}
    assert len(veiled) == 10_000
    assert min(veiled) >= 1
    assert max(veiled) <= 2**52


def test_another_secret_veils_differently() -> None:
    assert veil(SECRET, 7) != veil("b" * 64, 7)
    assert unveil("b" * 64, veil(SECRET, 7)) != 7


@pytest.mark.parametrize("made_up", [1, 2**52, 2**53 - 1])
def test_what_was_never_veiled_gives_some_number(made_up: int) -> None:
    assert 0 <= unveil(SECRET, made_up) < 2**52
