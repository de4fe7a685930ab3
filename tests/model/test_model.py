"""Whatever overtakes whatever: after catching up, every device holds what a fresh load would show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from deskchat.domain import messages, reading, rooms
from deskchat.domain.messages import Message
from deskchat.domain.ports import Transaction
from deskchat.domain.rooms import Room
from deskchat.storage.engine import Database
from deskchat.storage.postgresql import PostgreSQL
from tests.model.device import Log
from tests.model.world import Connected, World, forget_events
from tests.postgres import Postgres
from tests.sqlite import make_migrated

WHO = st.integers(0, 5)
FEW = st.integers(1, 4)
ANY = st.integers(0, 1_000)

NewDatabase = Callable[[], AbstractContextManager[Database]]


class Interleaving(RuleBasedStateMachine):
    """Rules have no preconditions: ids are random, and which step is possible when is not the same in every run."""

    def __init__(self, new_database: NewDatabase) -> None:
        super().__init__()
        self._database = ExitStack()
        self.world = World(self._database.enter_context(new_database()))
        # Everybody is connected and has read what there is: the most interesting state to leave.
        self.world.settle()

    # People

    @rule(who=WHO, which=ANY, at_once=st.booleans())
    def somebody_posts(self, who: int, which: int, at_once: bool) -> None:
        device = self.world.devices[who]
        if room := self._pick_room(device, which):
            self.world.post(device, room)
            if at_once:
                self.world.rush()

    @rule(who=WHO)
    def somebody_sends_again(self, who: int) -> None:
        self.world.post_again(self.world.devices[who])

    @rule(who=WHO, which=ANY, number=FEW, deleting=st.booleans())
    def somebody_changes_a_message(self, who: int, which: int, number: int, deleting: bool) -> None:
        device = self.world.devices[who]
        if room := self._pick_room(device, which):
            self._command(device, _change(device.user, room, number, None if deleting else f"edit {which}"))

    @rule(who=WHO, which=ANY, number=FEW)
    def somebody_reads(self, who: int, which: int, number: int) -> None:
        device = self.world.devices[who]
        if room := self._pick_room(device, which):
            self._command(device, partial(reading.read, by=device.user, room=room, number=number))

    @rule(who=WHO, which=ANY, before=st.none() | FEW)
    def somebody_opens_a_room(self, who: int, which: int, before: int | None) -> None:
        device = self.world.devices[who]
        if room := self._pick_room(device, which):
            self.world.open_room(device, room, before)

    @rule(whom=st.integers(1, 2), joins=st.booleans(), at_once=st.booleans())
    def the_owner_changes_who_is_in_the_group(self, whom: int, joins: bool, at_once: bool) -> None:
        world = self.world
        user, group = world.people[whom], world.group
        if joins:
            work: Any = partial(rooms.add_members, by=world.owner, room=group, users=[user])
        else:
            work = partial(rooms.remove_member, by=world.owner, room=group, user=user)
        world.command(world.owner, work)
        if at_once:
            world.rush()

    @rule(who=WHO, whom=WHO)
    def somebody_starts_a_direct_chat(self, who: int, whom: int) -> None:
        device, other = self.world.devices[who], self.world.devices[whom]
        self._command(device, partial(rooms.open_direct, by=device.user, other=other.user))

    # The server

    @rule(which=ANY)
    def a_question_looks_at_the_database(self, which: int) -> None:
        if questions := self.world.store.questions:
            self.world.store.look(which % len(questions))

    @rule(which=ANY, whom=st.integers(1, 2), joins=st.booleans())
    def a_change_of_members_overtakes_an_answer(self, which: int, whom: int, joins: bool) -> None:
        self.a_question_looks_at_the_database(which)
        self.the_owner_changes_who_is_in_the_group(whom, joins, at_once=True)
        self.an_answer_arrives(-1)

    @rule(who=WHO, which=ANY, most=st.integers(1, 8))
    def much_is_said_to_who_does_not_read(self, who: int, which: int, most: int) -> None:
        outlet = self.world.devices[who].outlet
        if outlet and not outlet.closed and not outlet.full:
            outlet.fill_up()
        for _ in range(most):
            self.somebody_posts((who + 2) % 6, which, at_once=True)

    @rule(which=ANY)
    def an_answer_arrives(self, which: int) -> None:
        if answers := self.world.store.answers:
            self.world.store.reply(which % len(answers))
            self.world.turn()

    @rule(most=FEW)
    def a_batch_commits(self, most: int) -> None:
        if self.world.store.commands:
            self.world.commit(most)

    @rule()
    def a_batch_is_published(self) -> None:
        if self.world.store.committed:
            self.world.publish()

    @rule()
    def the_hub_flushes(self) -> None:
        if self.world.flushes:
            self.world.flush()

    @rule()
    def the_store_catches_up(self) -> None:
        self.world.serve_store()

    @rule()
    def old_events_are_forgotten(self) -> None:
        self.world.command(0, forget_events)

    @rule(really=st.integers(0, 3))
    def the_server_restarts(self, really: int) -> None:
        if really == 3:
            self.world.restart()

    # The network

    @rule(who=WHO)
    def a_device_connects(self, who: int) -> None:
        device = self.world.devices[who]
        if device.session is None:
            self.world.connect(device)

    @rule(who=WHO)
    def a_device_vanishes(self, who: int) -> None:
        self.world.disconnect(self.world.devices[who])

    @rule(who=WHO, most=st.integers(1, 8))
    def frames_arrive(self, who: int, most: int) -> None:
        self.world.deliver(self.world.devices[who], most)

    @rule(who=WHO)
    def a_device_speaks(self, who: int) -> None:
        self.world.speak(self.world.devices[who])

    @rule(who=WHO)
    def a_connection_fills_up_or_drains(self, who: int) -> None:
        outlet = self.world.devices[who].outlet
        if outlet and not outlet.closed:
            self.world.drain(outlet) if outlet.full else outlet.fill_up()

    # In the end

    def teardown(self) -> None:
        try:
            self.world.settle()
            for device in self.world.devices:
                self._check_equals_fresh_load(device)
        finally:
            self.world.close()
            self._database.close()

    def _check_equals_fresh_load(self, device: Connected) -> None:
        fresh = self.world.store.see(lambda tx: rooms.list_rooms(tx, device.user))
        state = device.device
        assert state.changes == fresh.changes
        assert set(state.logs) == {room.id for room in fresh.rooms}
        for room in fresh.rooms:
            _check_log(state.logs[room.id], room, self._load(room.id))

    def _load(self, room: int) -> dict[int, Message]:
        found = self.world.store.see(
            lambda tx: tx.messages.list_page(room, before=None, after=0, limit=10_000)
        )
        assert [message.number for message in found] == list(range(1, len(found) + 1))
        return {message.number: message for message in found}

    def _pick_room(self, device: Connected, which: int) -> int | None:
        known = sorted(device.device.logs)
        return known[which % len(known)] if known else None

    def _command(self, device: Connected, work: Callable[[Transaction], object]) -> None:
        self.world.command(device.user, work)


def _change(by: int, room: int, number: int, text: str | None) -> Callable[[Transaction], object]:
    if text is None:
        return partial(messages.delete, by=by, room=room, number=number)
    return partial(messages.edit, by=by, room=room, number=number, text=text)


def _check_log(log: Log, room: Room, kept: dict[int, Message]) -> None:
    assert (log.seq, log.members, log.last_number) == (room.seq, room.members, room.last_number)
    assert (log.read_number, log.unread) == (room.read_number, room.unread)
    if log.messages is not None:
        assert log.messages == {number: kept[number] for number in log.messages}
    assert not log.early


@contextmanager
def on_sqlite() -> Iterator[Database]:
    with TemporaryDirectory(prefix="deskchat-model-") as folder:
        yield make_migrated(Path(folder, "model.sqlite3"))


@contextmanager
def on_postgresql(postgres: Postgres) -> Iterator[Database]:
    with postgres.migrated_database() as url:
        yield PostgreSQL(url)


@pytest.mark.slow
def test_after_catching_up_every_device_equals_a_fresh_load(monkeypatch: pytest.MonkeyPatch) -> None:
    run(on_sqlite, 90, monkeypatch)


@pytest.mark.slow
def test_the_same_holds_on_postgresql(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the steps do there differs in the database alone: a part of the runs tells it."""
    run(partial(on_postgresql, postgres), 15, monkeypatch)


def run(new_database: NewDatabase, examples: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class OnNewDatabase(Interleaving):
        def __init__(self) -> None:
            super().__init__(new_database)

    # A few frames are too many for a connection that is full: so some fall behind.
    monkeypatch.setattr("deskchat.realtime.held.MOST_HELD", 700)
    run_state_machine_as_test(
        OnNewDatabase,
        settings=settings(
            max_examples=examples,
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            # A failure takes long to shrink; the steps that it prints are plain enough.
            phases=[Phase.generate],
            report_multiple_bugs=False,
            database=None,
        ),
    )
