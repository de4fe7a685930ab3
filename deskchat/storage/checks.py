"""What can be wrong with a database, looked for in all of it: for the doctor, and before a backup is restored."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, ScalarSelect, func, or_, select
from sqlalchemy.exc import DatabaseError

from deskchat.storage import search_index
from deskchat.storage.engine import Database, Deadline, Unfit
from deskchat.storage.migrations import DatabaseTooNew, find_revision, refuse_unknown
from deskchat.storage.schema import event, member, message, room, search_text


@dataclass(frozen=True)
class Finding:
    """`serious`: something of the database is wrong. Otherwise it is good to know."""

    serious: bool
    text: str


def check(database: Database, *, in_use: bool) -> list[Finding]:
    """Everything found. Beside a running server (`in_use`) only what can be looked at without holding it up."""
    damage = find_damage(database)
    findings = [Finding(True, text) for text in damage]
    if in_use:
        findings.append(Finding(False, "The search index is only checked while no server runs."))
    elif not damage:
        findings += [Finding(True, text) for text in _find_wrong_index(database)]
    return findings if damage else findings + [Finding(False, text) for text in _list_warnings(database)]


def find_refusal(database: Database) -> str | None:
    """Why a server would not begin on what is there, although nothing of it is damaged: it is of no version known here."""
    try:
        with database.create_reader(Deadline()).connect() as connection:
            revision = find_revision(connection)
            if revision is not None:
                refuse_unknown(revision)
    except (Unfit, DatabaseTooNew) as refusal:
        return str(refusal)
    except DatabaseError:
        # What cannot be read is damaged, and is told as such.
        return None
    return None


def find_damage(database: Database) -> list[str]:
    """What is broken in it, in words; only reads."""
    try:
        with database.create_reader(Deadline()).connect() as connection:
            return database.find_damage(connection) or [
                *_find_wrong_counters(connection),
                *_find_wrong_words(connection),
            ]
    except Unfit as error:
        return [str(error)]
    except DatabaseError as error:
        return [f"It cannot be read as a Deskchat database: {error.orig}."]


def _find_wrong_counters(connection: Connection) -> list[str]:
    """Numbers and seqs are dense, and every room knows where it stands."""
    messages = select(func.count()).where(message.c.room_id == room.c.id).scalar_subquery()
    last_number = _last(message.c.number, message.c.room_id)
    events = select(func.count()).where(event.c.room_id == room.c.id).scalar_subquery()
    last_seq = _last(event.c.seq, event.c.room_id)
    first_seq = select(func.min(event.c.seq)).where(event.c.room_id == room.c.id).scalar_subquery()
    members = select(func.count()).where(member.c.room_id == room.c.id).scalar_subquery()
    wrong = select(room.c.id).where(
        or_(
            room.c.last_number != messages,
            room.c.last_number != last_number,
            room.c.last_seq != last_seq,
            room.c.last_seq != func.coalesce(first_seq, 1) + events - 1,
            room.c.members != members,
        )
    )
    return [f"The counters of room {id_} are wrong." for id_ in connection.execute(wrong).scalars()]


def _find_wrong_words(connection: Connection) -> list[str]:
    """A message has its words in the index, and a deleted one has none."""
    kept = message.outerjoin(search_text, search_text.c.id == message.c.id)
    wrong = (
        select(func.count())
        .select_from(kept)
        .where(message.c.deleted.is_(None) == search_text.c.id.is_(None))
    )
    count = connection.execute(wrong).scalar_one()
    return [f"{count} messages have too few or too many words for search."] if count else []


def _find_wrong_index(database: Database) -> list[str]:
    with database.create_writer().begin() as connection:
        return search_index.check(connection)


def _list_warnings(database: Database) -> list[str]:
    with database.create_reader(Deadline()).connect() as connection:
        return database.list_warnings(connection)


def _last(number: Column[int], of_room: Column[int]) -> ScalarSelect[int]:
    return select(func.coalesce(func.max(number), 0)).where(of_room == room.c.id).scalar_subquery()
