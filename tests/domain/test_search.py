"""What a text's tokens are: people's words, in their scripts."""

import pytest
from hypothesis import given
from hypothesis.strategies import characters, text

from deskchat.domain.search import MOST_WORDS, phrases, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Die Straße ist gesperrt", ["die", "strasse", "ist", "gesperrt"]),
        ("Café à l'été", ["cafe", "a", "l", "ete"]),
        ("İstanbul'da ışık", ["istanbul", "da", "isik"]),
        ("Ёлка и зайка", ["елка", "и", "заика"]),
        ("Οδυσσεύς", ["οδυσσευσ"]),
        ("全文搜索", ["全文", "文搜", "搜索"]),
        ("検索エンジン", ["検索", "索エ", "エン", "ンシ", "シン"]),
        ("한국어", ["한국", "국어"]),
        ("水", ["水"]),
        ("Emre Yıldız, Łódź, Ærø", ["emre", "yildiz", "lodz", "aero"]),
        ("बैठक कल है", ["बैठक", "कल", "है"]),
        ("ประชุม", ["ปร", "ระ", "ะช", "ชม"]),
        ("v2版本", ["v2", "版本"]),
        (
            "snake_case foo.bar@x.example ERR-0042",
            ["snake", "case", "foo", "bar", "x", "example", "err", "0042"],
        ),
        ("ﬁne １２３", ["fine", "123"]),
        ("  ... !!", []),
    ],
)
def test_words_are_folded_alike_wherever_they_are_written(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_folding_is_the_same_composed_or_not() -> None:
    assert tokens("Bela Kova\u0301cs") == tokens("BELA KOVÁCS") == ["bela", "kovacs"]


@given(text(characters(codec="ascii")))
def test_plain_text_is_folded_as_it_is_beside_other_letters(plain: str) -> None:
    assert tokens(f"{plain} é") == [*tokens(plain), "e"]


def test_every_word_must_be_found_and_the_last_may_be_unfinished() -> None:
    first, last = phrases("Brenner inv")
    assert (first.tokens, first.open) == (["brenner"], False)
    assert (last.tokens, last.open) == (["inv"], True)


def test_a_word_of_several_tokens_is_a_phrase() -> None:
    (phrase,) = phrases("foo.bar@x.example")
    assert phrase.tokens == ["foo", "bar", "x", "example"]


@pytest.mark.parametrize("operators", ['"', "AND NOT", "NEAR(a b)", "* : - ^", "{}"])
def test_operators_are_only_text(operators: str) -> None:
    assert all(token.isalnum() for phrase in phrases(operators) for token in phrase.tokens)


def test_a_query_has_only_so_many_words() -> None:
    assert len(phrases("word " * 1_000)) == MOST_WORDS
