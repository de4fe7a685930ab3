"""What the people of the demo have written: two weeks at a pump maker, in working days before today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

ORGANISATION = "Halden Pumps"

PEOPLE: Mapping[str, str] = {
    "Asha": "Asha Rao",
    "Bela": "Bela Kovács",
    "Chidi": "Chidi Okafor",
    "Dana": "Dana Lindqvist",
    "Emre": "Emre Yıldız",
}
"""The first one owns the organisation."""


@dataclass(frozen=True)
class Said:
    """Written by somebody `day` working days ago, at a time of that day."""

    day: int
    time: str
    by: str
    text: str
    at_first: str | None = None
    """The text before it was edited."""
    deleted: bool = False


@dataclass(frozen=True)
class Chat:
    """A direct room of two, or a group that the first of its people owns."""

    people: Sequence[str]
    said: Sequence[Said]
    name: str | None = None
    unread: Mapping[str, int] = field(default_factory=dict)
    """How many of the last messages somebody has not seen; everybody else has seen all."""


_CARRIERS = ("Brenner", "Nordfracht", "Kessler Guss", "Tátra Logistics", "Adeyemi & Sons")
_GOODS = (
    "14 pallets of flanges",
    "castings, charge 7741",
    "seals and gaskets",
    "motor housings",
    "packing material",
)


def _deliveries() -> Iterator[Said]:
    """One truck or two a day: enough to page through."""
    for day in range(39, 0, -1):
        carrier, goods = _CARRIERS[day % 5], _GOODS[day * 3 % 5]
        gate, lots = 1 + day % 2, 2 + day % 4
        yield Said(day, "07:10", "Chidi", f"{carrier} has the {8 + day % 3}:30 slot at gate {gate}, {goods}.")
        yield Said(day, "07:16", "Asha", f"Thanks. The order is PO-2026-{460 - day:04}.")
        yield Said(
            day,
            f"{9 + day % 3:02}:05",
            "Chidi",
            f"Unloaded and counted, {lots} lots. Goods receipt is posted.",
        )
        if day % 4 == 0:
            yield Said(day, "13:40", "Emre", f"Sampled lot {day % lots + 1}, all within tolerance. Released.")
        if day % 7 == 0:
            yield Said(
                day, "15:25", "Bela", "I took two pallets straight to Plant 2, so do not look for them."
            )
    yield Said(0, "07:12", "Chidi", "Brenner has the 9:00 slot at gate 2.")


CHATS: Sequence[Chat] = (
    Chat(
        name="Deliveries",
        people=("Chidi", "Asha", "Bela", "Emre"),
        said=tuple(_deliveries()),
    ),
    Chat(
        name="Year-end close",
        people=("Dana", "Asha", "Bela", "Emre"),
        said=(
            Said(6, "10:02", "Dana", "Stock count is on the 12th, from 6:00. I need one person per hall."),
            Said(6, "10:20", "Bela", "Plant 2 is me."),
            Said(6, "10:31", "Emre", "I take the quarantine area, it is small but awkward."),
            Said(
                5,
                "09:15",
                "Dana",
                "Please book open goods receipts before Thursday noon, or they slip into January.",
            ),
            Said(
                5,
                "09:22",
                "Asha",
                "Eleven are open on my side. Three wait for certificates, I am after them.",
            ),
            Said(3, "16:40", "Dana", "The count sheets are printed and in the folder at reception."),
            Said(
                2, "11:05", "Dana", "Accruals: freight, electricity, the crane inspection. What am I missing?"
            ),
            Said(
                2,
                "11:26",
                "Asha",
                "The tooling for the DN 65 flange. Invoice comes in January, work is done.",
            ),
            Said(2, "11:30", "Dana", "Good catch, thank you."),
            Said(1, "15:50", "Dana", "All count sheets by Friday 14:00 please, then I lock the period."),
        ),
        unread={"Bela": 3, "Emre": 1},
    ),
    Chat(
        name="Plant 2 maintenance",
        people=("Bela", "Asha", "Chidi", "Emre"),
        said=(
            Said(
                4,
                "06:35",
                "Bela",
                "CNC 4 stopped with spindle temperature at 78 °C. Night shift let it cool, same again.",
            ),
            Said(4, "06:50", "Chidi", "Do you need the forklift to get the housing off?"),
            Said(4, "06:52", "Bela", "Yes please, at 9."),
            Said(4, "08:10", "Asha", "The bearing set is on the shelf, 2 pieces. I reserve one for you."),
            Said(
                4,
                "14:20",
                "Bela",
                "Front bearing was dry. Oil line to it is kinked, that is the whole story.",
            ),
            Said(3, "07:05", "Bela", "New line is in, bearings are in, alignment tomorrow."),
            Said(3, "07:30", "Emre", "I bring the test bar and the dial gauge. 7:30?"),
            Said(3, "07:31", "Bela", "7:00, before the crane is busy."),
            Said(2, "09:40", "Emre", "Run-out 0.01 mm. Chuck on CNC 4 runs true again."),
            Said(
                2,
                "09:44",
                "Asha",
                "Well done. Then the flanges can go on it from Monday?",
                at_first="Well done! Monday?",
            ),
            Said(2, "09:58", "Bela", "If the test cut is good, yes."),
            Said(
                1,
                "13:15",
                "Chidi",
                "Coolant drums are at the door of hall 2, four blue, one red. The red one is the wrong kind.",
            ),
            Said(1, "13:22", "Bela", "Send the red one back, it foams."),
            Said(0, "08:32", "Bela", "Spindle on CNC 4 is warm and quiet. Test cut at 11."),
            Said(0, "09:02", "Bela", "Whoever has the 24 mm torque spanner: I need it before the test cut."),
        ),
        unread={"Asha": 2, "Chidi": 1},
    ),
    Chat(
        name="Purchasing",
        people=("Asha", "Bela", "Chidi", "Dana", "Emre"),
        said=(
            Said(
                5,
                "10:10",
                "Asha",
                "Two offers for the DN 65 pump flange: Brenner 41.80 a piece, Nordfracht's new foundry 38.20.",
            ),
            Said(5, "10:14", "Dana", "Same terms?"),
            Said(
                5, "10:19", "Asha", "30 days at Brenner, 14 at the foundry. And Brenner delivers to the ramp."
            ),
            Said(
                5,
                "10:40",
                "Emre",
                "The foundry has no material certificates 3.1 before March. For S355 I would not.",
            ),
            Said(5, "11:02", "Asha", "Then Brenner, 600 pieces in two lots."),
            Said(3, "15:41", "Emre", "Drawing FL-204 rev C is out: the bolt circle is 145 mm, not 140."),
            Said(
                3,
                "15:44",
                "Bela",
                "Then the jig on station 3 needs new pins. You have them by Wednesday.",
                at_first="Then the jig needs new pins.",
            ),
            Said(3, "15:52", "Asha", "Order PO-2026-0418 is changed to rev C."),
            Said(3, "15:58", "Asha", "Signed and sent. Brenner confirms week 49."),
            Said(3, "16:04", "Bela", "Wrong chat, sorry.", deleted=True),
            Said(
                2, "08:25", "Chidi", "Is there a certificate with the flanges, or does it come by post again?"
            ),
            Said(2, "08:31", "Emre", "By mail to quality, I asked for it in the order."),
            Said(
                1,
                "11:10",
                "Dana",
                "Freight rates for the fourth quarter are in the shared folder. Line FRT-02 went up 8 %.",
            ),
            Said(1, "11:18", "Asha", "Seen. I call Nordfracht about it."),
            Said(
                0,
                "08:47",
                "Dana",
                "Brenner invoice 88213 is booked, but freight line FRT-02 says 412.00, the order says 318.50.",
            ),
            Said(
                0,
                "08:55",
                "Asha",
                "The difference of 93.50 is the express surcharge we agreed by phone. I will note it on the order.",
                at_first="That is the express surcharge.",
            ),
            Said(0, "09:12", "Chidi", "Brenner truck is at gate 2, 14 pallets. Two have wet wrapping."),
            Said(0, "09:13", "Chidi", "Asha, can you look before 10? The driver has to leave."),
            Said(0, "09:14", "Emre", "Unload, but photograph every side first."),
        ),
        unread={"Asha": 3, "Bela": 5, "Dana": 3},
    ),
    Chat(
        people=("Asha", "Bela"),
        said=(
            Said(4, "12:05", "Asha", "Are you on nights again next week?"),
            Said(4, "21:50", "Bela", "Yes, until Thursday. Leave notes on the bench, I read them at 22:00."),
            Said(
                2, "10:15", "Asha", "Can you turn the pins for the FL-204 jig yourselves, or shall I order?"
            ),
            Said(2, "22:08", "Bela", "Ourselves. Ten minutes each, and they fit."),
            Said(1, "22:10", "Bela", "New pins are in. They fit on the first try."),
            Said(0, "05:40", "Bela", "The old ones are in the drawer, in case rev D brings 140 back."),
        ),
        unread={"Asha": 2},
    ),
    Chat(
        people=("Asha", "Chidi"),
        said=(
            Said(3, "14:02", "Chidi", "The lorry scale says 11.4 t, the papers say 12.1. Which do I post?"),
            Said(3, "14:06", "Asha", "What the scale says. I tell them the difference."),
            Said(3, "14:07", "Chidi", "Posted."),
            Said(0, "08:20", "Asha", "Do you have room for 14 pallets today?"),
            Said(0, "08:26", "Chidi", "Row 7 is free. Tight, but yes."),
        ),
    ),
    Chat(
        people=("Dana", "Asha"),
        said=(
            Said(
                2, "16:12", "Dana", "Can we move the accrual review to Thursday? The auditors want Wednesday."
            ),
            Said(2, "16:30", "Asha", "Thursday 9:30, your room."),
            Said(0, "08:50", "Dana", "Perfect. I bring the freight list."),
        ),
    ),
    Chat(
        people=("Emre", "Asha"),
        said=(
            Said(1, "09:05", "Asha", "Certificate 3.1 for charge 7741 came in, it is on the order."),
            Said(0, "08:31", "Emre", "Thanks, that is the certificate I was missing."),
        ),
    ),
    Chat(
        people=("Emre", "Bela"),
        said=(
            Said(3, "13:11", "Emre", "Your dial gauge is due for calibration, sticker says October."),
            Said(3, "21:56", "Bela", "I put it on your desk. Use the spare until it is back."),
        ),
    ),
)
