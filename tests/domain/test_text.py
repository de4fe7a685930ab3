"""What may be written, and what is refused."""

import pytest

from deskchat.domain.errors import Invalid
from deskchat.domain.text import clean_email, clean_name, clean_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Good morning", "Good morning"),
        ("  spaces around \n", "spaces around"),
        ("two\r\nlines\tand a tab", "two\nlines\tand a tab"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("שלום \u202bעולם\u202c", "שלום \u202bעולם\u202c"),
        ("👩‍👩‍👧 and ⁉️", "👩‍👩‍👧 and ⁉️"),
        ("x" * 10_000, "x" * 10_000),
    ],
)
def test_a_text_is_kept_as_it_was_written(written: str, kept: str) -> None:
    assert clean_text(written) == kept


@pytest.mark.parametrize("hidden", ["", " \n\t ", "\u200b\u200d\ufeff", "\u0301", "\u2066\u2069"])
def test_a_text_that_nobody_could_see_is_refused(hidden: str) -> None:
    with pytest.raises(Invalid, match="needs some text"):
        clean_text(hidden)


@pytest.mark.parametrize("control", ["\0", "\x07", "\x1b[31m", "\x7f", "lone \r return"])
def test_controls_are_refused(control: str) -> None:
    with pytest.raises(Invalid, match="control characters"):
        clean_text(f"before {control} after")


@pytest.mark.parametrize("half", ["\ud800", "\udfff"])
def test_half_a_character_is_refused(half: str) -> None:
    with pytest.raises(Invalid, match="half a character"):
        clean_text(f"before {half} after")


def test_a_text_of_over_ten_thousand_characters_is_refused_with_its_length() -> None:
    with pytest.raises(Invalid, match="at most 10,000 characters; this one has 10,001"):
        clean_text("x" * 10_001)


def test_a_name_is_one_composed_line() -> None:
    assert clean_name("  Bela \u00a0 Kova\u0301cs ") == "Bela Kovács"


@pytest.mark.parametrize("mark", "\u061c\u200e\u200f\u202a\u202e\u2066\u2069")
def test_a_name_cannot_turn_the_writing_direction(mark: str) -> None:
    with pytest.raises(Invalid, match="writing direction"):
        clean_name(f"Asha{mark}oaR")


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 81, "nul\0"])
def test_a_name_is_seen_and_short(name: str) -> None:
    with pytest.raises(Invalid):
        clean_name(name)


def test_an_email_is_compared_without_case_and_spaces() -> None:
    assert clean_email(" Asha.Rao@Halden.Example ") == "asha.rao@halden.example"


@pytest.mark.parametrize(
    "email", ["", "asha", "asha@", "@halden.example", "a b@halden.example", "a@b", "a@b.c" * 80]
)
def test_what_is_no_email_is_refused(email: str) -> None:
    with pytest.raises(Invalid, match="not an email"):
        clean_email(email)
