"""The hub of one of several servers: news come in any order, and are told in theirs."""

from __future__ import annotations

import pytest
from typing_extensions import override

from deskchat.domain.lines import MemberLeft
from deskchat.domain.news import ToRoom, ToUser
from deskchat.domain.reading import ReadMoved
from deskchat.domain.rooms import RoomGone
from deskchat.domain.users import Profile
from deskchat.realtime.elsewhere import NobodyElse
from deskchat.realtime.hub import Hub
from deskchat.realtime.outlet import Close
from tests.realtime.test_hub import ASHA, BELA, BELA_KOVACS, LAUNCH, Device, Turns, posted, said, shown

ASHA_RAO = Profile(ASHA, "Asha Rao", active=True)
BELA_LEFT = MemberLeft(LAUNCH, 6, at=1, after=5, by=ASHA_RAO, user=BELA_KOVACS)


class Others(NobodyElse):
    """Servers that may be anywhere; keeps what the hub says to them."""

    exists = True

    def __init__(self) -> None:
        self.followed: list[int] = []
        self.missed: list[int] = []

    @override
    def follow_room(self, room: int) -> None:
        self.followed.append(room)

    @override
    def leave_room(self, room: int) -> None:
        self.followed.remove(room)

    @override
    def miss_room(self, room: int) -> None:
        self.missed.append(room)

    @override
    def miss_user(self, user: int) -> None:
        self.missed.append(user)


@pytest.fixture
def others() -> Others:
    return Others()


@pytest.fixture
def turns() -> Turns:
    return Turns()


@pytest.fixture
def hub(turns: Turns, others: Others) -> Hub:
    return Hub(turns.due.append, lambda _seconds, _work: None, lambda: 1, others)


def in_launch(hub: Hub, user: int, others: Others) -> Device:
    """A device that was shown the room as it was at seq 5, and its user's own as of change 3."""
    device = Device(hub, user)
    device.join(LAUNCH)
    assert hub.begin(user, 3, [(LAUNCH, 5)])
    others.missed.clear()
    return device


def read(changes: int) -> ToUser:
    return ToUser(ASHA, ReadMoved(changes, LAUNCH, 1, changes, 0, [], 5))


def test_a_room_is_followed_while_somebody_here_hears_it(hub: Hub, others: Others) -> None:
    asha, bela = Device(hub, ASHA), Device(hub, BELA)
    asha.join(LAUNCH)
    bela.join(LAUNCH)
    assert others.followed == [LAUNCH]
    hub.leave(asha, [LAUNCH])
    assert others.followed == [LAUNCH]
    hub.remove(bela, [LAUNCH], Close.LEAVING)
    assert others.followed == []


def test_events_that_come_in_another_order_are_told_in_theirs(hub: Hub, turns: Turns, others: Others) -> None:
    asha = in_launch(hub, ASHA, others)
    hub.publish([said(posted(LAUNCH, 7))])
    turns.run()
    assert asha.heard == []
    assert others.missed == [LAUNCH]
    hub.publish([said(posted(LAUNCH, 6)), said(posted(LAUNCH, 7))])
    turns.run()
    assert asha.heard == [posted(LAUNCH, 6), posted(LAUNCH, 7)]


def test_nothing_is_told_before_somebody_was_shown_the_room(hub: Hub, turns: Turns) -> None:
    asha = Device(hub, ASHA)
    asha.join(LAUNCH)
    hub.publish([said(posted(LAUNCH, 6))])
    turns.run()
    assert asha.heard == []
    assert hub.begin(ASHA, 3, [(LAUNCH, 5)])
    turns.run()
    assert asha.heard == [posted(LAUNCH, 6)]


def test_who_was_shown_less_than_was_told_meanwhile_has_to_look_again(hub: Hub, others: Others) -> None:
    in_launch(hub, ASHA, others)
    hub.publish([said(posted(LAUNCH, 6))])
    assert not hub.begin(BELA, 3, [(LAUNCH, 5)])
    assert hub.begin(BELA, 3, [(LAUNCH, 6)])


def test_who_was_shown_more_than_was_told_says_that_some_is_missing(hub: Hub, others: Others) -> None:
    in_launch(hub, ASHA, others)
    assert hub.begin(BELA, 3, [(LAUNCH, 8)])
    assert LAUNCH in others.missed
    assert hub.lacks_of_room(LAUNCH, 6)


def test_who_is_removed_hears_nothing_more_even_if_their_own_news_are_lost(
    hub: Hub, turns: Turns, others: Others
) -> None:
    asha, bela = in_launch(hub, ASHA, others), in_launch(hub, BELA, others)
    hub.publish([ToRoom(BELA_LEFT), said(posted(LAUNCH, 7))])
    turns.run()
    assert asha.heard == [BELA_LEFT, posted(LAUNCH, 7)]
    assert bela.heard == []
    assert bela.renewals == 1


def test_a_message_after_a_removal_that_is_missing_waits_for_it(
    hub: Hub, turns: Turns, others: Others
) -> None:
    bela = in_launch(hub, BELA, others)
    hub.publish([said(posted(LAUNCH, 7))])
    turns.run()
    hub.publish([ToRoom(BELA_LEFT)])
    turns.run()
    assert bela.heard == []


def test_ones_own_news_are_told_in_order_as_well(hub: Hub, turns: Turns, others: Others) -> None:
    asha = in_launch(hub, ASHA, others)
    hub.publish([read(5), ToUser(ASHA, shown(LAUNCH, 6))])
    turns.run()
    assert asha.heard == []
    assert others.missed == [ASHA, ASHA]
    hub.publish([read(4)])
    turns.run()
    assert asha.heard == [read(4).event, read(5).event, shown(LAUNCH, 6)]


def test_a_room_that_one_has_left_since_is_not_joined_by_old_news(hub: Hub, others: Others) -> None:
    asha = in_launch(hub, ASHA, others)
    hub.publish([ToUser(ASHA, RoomGone(5, LAUNCH)), ToUser(ASHA, shown(LAUNCH, 4))])
    assert asha.rooms == set()


def test_where_too_much_was_missed_everybody_is_shown_the_room_anew(
    hub: Hub, turns: Turns, others: Others
) -> None:
    asha, bela = in_launch(hub, ASHA, others), in_launch(hub, BELA, others)
    hub.publish([said(posted(LAUNCH, 900))])
    hub.renew_room(LAUNCH)
    assert (asha.renewals, bela.renewals) == (1, 1)
    assert hub.begin(ASHA, 3, [(LAUNCH, 905)])
    hub.publish([said(posted(LAUNCH, 906))])
    turns.run()
    assert asha.heard == [posted(LAUNCH, 906)]
    # She was shown what came before the others were told of more.
    assert not hub.begin(BELA, 3, [(LAUNCH, 904)])
