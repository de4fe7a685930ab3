"""A workspace in which everything has happened that is kept."""

from deskchat.domain import links, messages, organisation, preferences, reading, rooms, sessions, users
from deskchat.domain.organisation import Organisation
from deskchat.domain.ports import Transaction
from deskchat.domain.preferences import Preferences
from tests.cast import Cast

TOKEN = "of Asha's browser"
INVITATION = "of Fay's link"
RESET = "of Bela's link"

TEXTS = (
    "The truck leaves at nine, see you at gate 2",
    "Čtyři palety přírub, prosím",
    "Завтра приедет новый насос",
    "Η παραγγελία είναι έτοιμη",
    "المضخة الجديدة وصلت اليوم",
    "המשאבה תגיע מחר",
    "नया पम्प कल आएगा",
    "ปั๊มใหม่มาพรุ่งนี้",
    "新しいポンプは明日届きます",
    "새 펌프가 내일 도착합니다",
    "Pumpe läuft 🎉👍🏽👩‍👩‍👧 — “größer” als\tzuvor\nund zweizeilig",
    "A back\\slash, \\N and \\., a 'quote', a \"double\" one, a {brace}, 100 %s; --",
)
"""In ten scripts, and what a program might take for signs of its own."""


def furnish(tx: Transaction, cast: Cast) -> None:
    """Asha runs the organisation, the office writes in its rooms, some leave."""
    asha, bela, chidi, dana, emre = (user.id for user in cast.office)
    organisation.change_organisation(tx, asha, Organisation("Halden Pumps 🏭", 30))
    users.change_role(tx, asha, chidi, "owner")
    preferences.prefer(tx, bela, Preferences("dark", "more", "compact", "de"))
    sessions.start(tx, asha, TOKEN, "Firefox on Linux")
    links.invite(tx, asha, "fay@example.com", "member", INVITATION)
    links.open_reset(tx, asha, bela, RESET)
    for index, text in enumerate(TEXTS):
        messages.post(tx, cast.office[index % 5].id, cast.group, f"group {index}", text)
        messages.post(tx, (asha, bela)[index % 2], cast.direct, f"direct {index}", f"{text} ({index})")
    messages.post(tx, asha, cast.group, "mention", "@Bela Kovács and @Emre Yıldız, have a look")
    messages.edit(tx, asha, cast.group, 1, "The truck leaves at ten")
    messages.edit(tx, asha, cast.group, 1, "The truck leaves at eleven")
    messages.delete(tx, bela, cast.group, 2)
    reading.read(tx, bela, cast.group, 5)
    reading.read(tx, bela, cast.direct, 9)
    reading.mark_unread(tx, bela, cast.direct, 4)
    rooms.rename(tx, asha, cast.group, "Launch 🚀")
    rooms.change_role(tx, asha, cast.group, dana, "owner")
    rooms.set_notify(tx, chidi, cast.group, "mentions")
    rooms.remove_member(tx, emre, cast.group, emre)
    rooms.create_group(tx, bela, "empty", "Nobody has written here", [dana])
    users.deactivate(tx, asha, emre)
    users.rename(tx, chidi, "Chidi Ọkáfọ̀")
