"""Messages are found by their words: in every script, only in one's own rooms, the newest first."""

import asyncio
from itertools import pairwise

import pytest

from deskchat.domain import messages, rooms, users
from deskchat.domain.errors import NoSuchRoom
from deskchat.domain.ports import Transaction
from deskchat.storage import fts5, search_index, tsvector, walk
from deskchat.storage.engine import Database
from deskchat.storage.sqlite import SQLite
from deskchat.storage.store import DatabaseStore
from tests.cast import NO_PASSWORD, Cast
from tests.storage.acts import delete, edit, find, find_page, leave, post
from tests.storage.steps import change, look_into

CORPUS = {
    "German": "Die Straße nach Köln ist gesperrt, bitte über Düsseldorf fahren!",
    "French": "L'élève a reçu une façade d'hôtel à dessiner pour Noël.",
    "Spanish": "Mañana habrá una reunión con el señor Núñez sobre la facturación.",
    "Turkish": "İstanbul'daki toplantı yarın öğleden sonra, şubede görüşürüz.",
    "Vietnamese": "Cuộc họp ngày mai bắt đầu lúc mười giờ tại Huế.",
    "Russian": "Съешь ещё этих мягких французских булок, да выпей чаю.",
    "Greek": "Η γρήγορη αλεπού πηδάει πάνω από τον σκύλο στους δρόμους της Αθήνας.",
    "Arabic": "الاجتماع غدًا في الساعة العاشرة صباحًا في المكتب الرئيسي.",
    "Hebrew": "הישיבה מחר בשעה עשר בבוקר, שָׁלוֹם לכולם.",
    "Hindi": "कल दस बजे दफ़्तर में बैठक होगी, सब लोग समय पर आएँ।",
    "Thai": "ประชุม พรุ่งนี้ เวลาสิบโมงเช้า ที่สำนักงานใหญ่",
    "Chinese": "我们明天上午十点讨论全文搜索的问题。",
    "Japanese": "明日の会議は十時から東京ﾀﾜｰの近くで行います。",
    "Korean": "내일 오전 열 시에 회의실에서 검색 기능을 이야기합시다.",
    "codes": "INV-2026-00042 failed: ERR_CONNECTION_REFUSED at https://erp.example.com/app/invoice?id=7",
    "email": "Write to dana.lindqvist+chat@example.com, she knows snake_case_names.",
}

QUERIES = {
    "German": ["straße", "STRASSE", "koln", "Düssel", "gesperrt Köln"],
    "French": ["eleve", "ÉLÈVE", "recu hotel", "l'élève", "noe\u0308l"],
    "Spanish": ["manana", "FACTURACIÓN", "nuñez", "reuni"],
    "Turkish": ["istanbul", "İSTANBUL", "ogleden sube", "toplantı yar", "görüş"],
    "Vietnamese": ["cuoc hop", "MƯỜI", "hue"],
    "Russian": ["еще", "ЕЩЁ булок", "французск", "чаю"],
    "Greek": ["γρηγορη", "ΑΛΕΠΟΎ", "ΔΡΌΜΟΥΣ", "σκυλο αθηνας"],
    "Arabic": ["الاجتماع", "غدا صباحا", "المكتب"],
    "Hebrew": ["הישיבה מחר", "שלום", "בבוקר"],
    "Hindi": ["बैठक", "दफ़्तर", "दस बजे"],
    "Thai": ["ประชุม", "พรุ่งนี้"],
    "Chinese": ["明天", "全文搜索", "搜索 讨论", "问题"],
    "Japanese": ["会議", "東京タワー", "近く"],
    "Korean": ["회의", "회의실", "검색 내일"],
    "codes": ["INV-2026-00042", "err_connection", "00042", "https://erp.example.com/app/invoice?id=7"],
    "email": ["dana.lindqvist+chat@example.com", "lindq", "case_names"],
}

ABSENT = [
    "Hamburg",
    "Köln München",
    "straßen",
    "сон",
    "전화",
    "電話",
    "搜全",
    "ERR_TIMEOUT",
    "00043",
    "мягк булок x",
]


@pytest.mark.parametrize("language", CORPUS)
async def test_words_are_found_in_every_script(store: DatabaseStore, cast: Cast, language: str) -> None:
    await _post_corpus(store, cast)
    for query in QUERIES[language]:
        assert await find(store, cast.bela, query) == [CORPUS[language]], query


async def test_words_that_nobody_wrote_are_not_found(store: DatabaseStore, cast: Cast) -> None:
    await _post_corpus(store, cast)
    for query in ABSENT:
        assert await find(store, cast.bela, query) == [], query


@pytest.mark.parametrize(
    "operators",
    [
        '"',
        '""',
        "AND",
        "OR",
        "NOT",
        "AND OR NOT",
        "NEAR(",
        "NEAR(alpha beta, 2)",
        "*",
        "alpha*",
        "alp*ha",
        "text:alpha",
        "room:r1",
        "search_index",
        "- alpha",
        "-alpha",
        "^alpha",
        "alpha + beta",
        "{text room}: alpha",
        "(alpha",
        "alpha)",
        "'; DROP TABLE message; --",
        "%",
        "\\",
        "?",
        ":room",
    ],
)
async def test_operators_are_text(store: DatabaseStore, cast: Cast, operators: str) -> None:
    """No sign of a query has a meaning of its own; a message is found by a query that is its text."""
    await post(store, cast.asha, cast.direct, f"Quote: {operators} end")
    found = await find(store, cast.bela, operators)
    has_words = any(character.isalnum() for character in operators)
    assert len(found) == (1 if has_words else 0)


async def test_a_room_token_cannot_be_reached_by_text(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "hello")
    assert await find(store, cast.asha, f"r{cast.direct}") == []


async def test_all_words_must_be_in_one_message(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "red apples")
    await post(store, cast.asha, cast.direct, "green apples and red pears")
    assert await find(store, cast.bela, "apples red") == ["green apples and red pears", "red apples"]
    assert await find(store, cast.bela, "red green") == ["green apples and red pears"]
    assert await find(store, cast.bela, "apple red") == []


async def test_the_last_word_may_be_unfinished_from_its_second_letter_on(
    store: DatabaseStore, cast: Cast
) -> None:
    await post(store, cast.asha, cast.direct, "meeting about plan B")
    for query in ("me", "meet", "about pl", "plan b", "b"):
        assert await find(store, cast.bela, query) == ["meeting about plan B"], query
    for query in ("m", "ab plan", "about p"):
        assert await find(store, cast.bela, query) == [], query


@pytest.mark.parametrize("most_read", [10, fts5.MOST_READ])
@pytest.mark.parametrize("most_rooms", [1, fts5.MOST_ROOMS_READ])
@pytest.mark.parametrize("words", [fts5.MOST_ENDINGS, fts5.MOST_ENDINGS + 1])
async def test_an_unfinished_word_is_taken_for_all_that_begin_so(
    store: DatabaseStore,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    words: int,
    most_rooms: int,
    most_read: int,
) -> None:
    """However many they are, and whether the newest messages hold enough of them or not."""
    monkeypatch.setattr(fts5, "MOST_READ", most_read)
    monkeypatch.setattr(fts5, "MOST_ROOMS_READ", most_rooms)
    texts = [f"Of the plan{word:03}: budget, planning." for word in range(words - 1)]
    await asyncio.gather(*(post(store, cast.asha, cast.direct, text) for text in texts))
    await post(store, cast.asha, cast.group, "No such thing as an old plain flan.")
    await post(store, cast.asha, cast.direct, "Of the plan004 no more.")
    await edit(store, cast.asha, cast.direct, 3, "Withdrawn.")
    await delete(store, cast.asha, cast.direct, 7)
    texts.append("Of the plan004 no more.")
    expected = [text for number, text in enumerate(texts, 1) if number not in {3, 7}][::-1]
    for query in ("plan", "the pla", "of the.plan"):
        assert await find(store, cast.bela, query) == expected[:50], query
        first = await find_page(store, cast.bela, query, limit=10)
        then = await find_page(store, cast.bela, query, limit=10, before=first.before)
        assert [hit.message.text for hit in (*first.hits, *then.hits)] == expected[:20], query
    assert await find(store, cast.bela, "plan planned") == []
    assert await find(store, cast.bela, "planning.budg") == []
    assert await find(store, cast.bela, "budget planni") == expected[1:51]
    assert await find(store, cast.chidi, "plan") == []


async def test_nobody_finds_what_is_in_rooms_of_others(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "secret to Bela")
    await post(store, cast.asha, cast.group, "secret to all")
    assert await find(store, cast.bela, "secret") == ["secret to all", "secret to Bela"]
    assert await find(store, cast.chidi, "secret") == ["secret to all"]
    assert await find(store, cast.mallory, "secret") == []
    assert await find(store, cast.bela, "secret", room=cast.direct) == ["secret to Bela"]
    with pytest.raises(NoSuchRoom):
        await find(store, cast.chidi, "secret", room=cast.direct)
    await leave(store, cast.chidi, cast.group)
    assert await find(store, cast.chidi, "secret") == []
    await store.write(0, lambda tx: tx.users.set_active(cast.bela.id, False))
    assert await find(store, cast.bela, "secret") == []


async def test_an_edit_is_found_by_its_new_words_only(store: DatabaseStore, cast: Cast) -> None:
    await post(store, cast.asha, cast.direct, "meet on Monday")
    await edit(store, cast.asha, cast.direct, 1, "meet on Tuesday")
    assert await find(store, cast.bela, "monday") == []
    assert await find(store, cast.bela, "tuesday") == ["meet on Tuesday"]


async def test_of_a_deleted_message_no_word_is_left(
    store: DatabaseStore, cast: Cast, database: Database
) -> None:
    await post(store, cast.asha, cast.direct, "confidential numbers")
    await post(store, cast.asha, cast.direct, "other numbers")
    await edit(store, cast.asha, cast.direct, 1, "confidential figures")
    await delete(store, cast.asha, cast.direct, 1)
    assert await find(store, cast.bela, "confidential") == []
    assert _list_words(database) == ["numbers", "other"]
    kept = look_into(
        database,
        "SELECT text FROM search_text UNION SELECT text FROM message UNION SELECT text FROM revision",
    )
    assert "confidential" not in str(kept)
    assert "figures" not in str(kept)


async def test_the_index_fits_after_posts_edits_and_deletes(store: DatabaseStore, cast: Cast) -> None:
    await _post_corpus(store, cast)
    for number in range(1, len(CORPUS) + 1, 3):
        await edit(store, cast.asha, cast.group, number, "rewritten: 全文 and Ёлка")
    for number in range(1, len(CORPUS) + 1, 2):
        await delete(store, cast.asha, cast.group, number)
    await post(store, cast.asha, cast.group, "…!")
    assert await store.write(0, lambda tx: search_index.check(tx.connection)) == []


async def test_hits_come_in_pages_that_neither_repeat_nor_miss(store: DatabaseStore, cast: Cast) -> None:
    for turn in range(25):
        await post(store, cast.asha, cast.group if turn % 2 else cast.direct, f"budget {turn}")
        await post(store, cast.asha, cast.group, "something else")
    found = await find_page(store, cast.bela, "budget", limit=7)
    pages = [found.hits]
    while found.before is not None:
        await post(store, cast.asha, cast.direct, "budget while you read")
        found = await find_page(store, cast.bela, "budget", before=found.before, limit=7)
        pages.append(found.hits)
    assert [len(hits) for hits in pages] == [7, 7, 7, 4]
    texts = [hit.message.text for hits in pages for hit in hits]
    assert texts == [f"budget {turn}" for turn in reversed(range(25))]
    assert [person.id for person in found.people] == [cast.asha.id]


async def test_the_way_on_tells_nothing_of_how_much_others_write(store: DatabaseStore, cast: Cast) -> None:
    """Ways on that stand for neighbours are far apart, in no order."""
    for turn in range(20):
        await post(store, cast.asha, cast.direct, f"budget {turn}")
    ways: list[int] = []
    before = None
    while len(ways) < 19:
        before = (await find_page(store, cast.bela, "budget", before=before, limit=1)).before
        assert before is not None
        ways.append(before)
    assert sorted(ways) != ways != sorted(ways, reverse=True)
    assert min(abs(one - other) for one, other in pairwise(ways)) > 1_000
    assert max(ways) <= 2**52


@pytest.mark.parametrize("way", [1, 4711, 2**52, 2**53 - 1])
async def test_a_way_on_that_was_made_up_finds_no_more_than_one_may(
    store: DatabaseStore, cast: Cast, way: int
) -> None:
    await post(store, cast.asha, cast.direct, "budget")
    assert (await find_page(store, cast.mallory, "budget", before=way)).hits == []
    found = await find_page(store, cast.bela, "budget", before=way)
    assert len(found.hits) <= 1


async def test_old_hits_are_found_behind_many_of_others(
    store: DatabaseStore, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest matches are all of others: the rooms are then named to the index."""
    monkeypatch.setattr(walk, "PROBED", 10)
    for turn in range(3):
        await post(store, cast.asha, cast.direct, f"budget {turn}")
    await asyncio.gather(
        *(post(store, cast.chidi, cast.group, f"budget of all {turn}") for turn in range(40))
    )
    own = await store.write(
        cast.asha.id, lambda tx: rooms.create_group(tx, cast.asha.id, "k", "Two", [cast.mallory.id])
    )
    await post(store, cast.asha, own, "budget of Mallory")
    await leave(store, cast.bela, cast.group)
    assert await find(store, cast.bela, "budget") == ["budget 2", "budget 1", "budget 0"]
    found = await find_page(store, cast.bela, "budget", limit=2)
    assert [hit.message.text for hit in found.hits] == ["budget 2", "budget 1"]
    rest = await find_page(store, cast.bela, "budget", limit=2, before=found.before)
    assert [hit.message.text for hit in rest.hits] == ["budget 0"]
    assert rest.before is None
    assert await find(store, cast.mallory, "budget") == ["budget of Mallory"]


async def test_who_is_in_very_many_rooms_finds_everything(
    store: DatabaseStore, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "PROBED", 2)
    for index in (fts5, tsvector):
        monkeypatch.setattr(index, "MOST_ROOMS_NAMED", 3)

    def open_many(tx: Transaction) -> None:
        for turn in range(5):
            person = users.add(tx, f"p{turn}@example.com", f"Person {turn}", "member", NO_PASSWORD)
            room = rooms.open_direct(tx, cast.dana.id, person.id)
            messages.post(tx, cast.dana.id, room, f"k{turn}", f"budget {turn}")

    await store.write(0, open_many)
    await post(store, cast.asha, cast.direct, "budget of Bela")
    await post(store, cast.asha, cast.direct, "budget of Bela again")
    assert await find(store, cast.dana, "budget") == [f"budget {turn}" for turn in reversed(range(5))]


async def test_words_of_scripts_unknown_to_the_engine_stay_whole(store: DatabaseStore, cast: Cast) -> None:
    """Adlam and Osage came to Unicode after the tables of the engine's own tokenisers."""
    await post(store, cast.asha, cast.direct, "𞤢𞤣𞤤𞤢𞤥 𐓀𐓁")
    assert len(await find(store, cast.bela, "𞤢𞤣𞤤𞤢𞤥")) == 1
    assert len(await find(store, cast.bela, "𐓀𐓁")) == 1
    assert len(await find(store, cast.bela, "𞤢𞤣")) == 1
    assert await find(store, cast.bela, "𞤣𞤤") == []


async def _post_corpus(store: DatabaseStore, cast: Cast) -> None:
    def post_all(tx: Transaction) -> None:
        for key, written in CORPUS.items():
            messages.post(tx, cast.asha.id, cast.group, key, written)

    await store.write(cast.asha.id, post_all)


def _list_words(database: Database) -> list[str]:
    """Of texts, as the index has them."""
    if isinstance(database, SQLite):
        change(database, "CREATE VIRTUAL TABLE words USING fts5vocab(search_index, col)")
        listed = "SELECT term FROM words WHERE col = 'text' ORDER BY term"
    else:
        listed = "SELECT word FROM ts_stat('SELECT words FROM search_index') WHERE word !~ '^@' ORDER BY word"
    return [word for (word,) in look_into(database, listed)]
