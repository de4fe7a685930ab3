"""Two servers of one organisation: who is connected to one is told what happens at the other."""

from tests.serving import Serving
from tests.socket.tab import open_tab


async def test_a_message_posted_at_one_server_is_seen_at_the_other(here: Serving, there: Serving) -> None:
    cast = here.people
    async with open_tab(here, cast.asha) as asha, open_tab(there, cast.bela) as bela:
        await asha.post(cast.direct, "Lunch?")
        await bela.see_text("Lunch?")
        await bela.post(cast.direct, "At noon.")
        await asha.see_text("At noon.")
