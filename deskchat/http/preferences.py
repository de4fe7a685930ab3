"""How one wants the screen. What they are now comes with the list of rooms, and as news."""

from litestar.params import JSONBody

from deskchat.domain import preferences
from deskchat.domain.preferences import Preferences
from deskchat.http.caller import ByCaller
from deskchat.http.routing import route


@route("PUT", "/preferences", status=200)
async def set_preferences(caller: ByCaller, data: JSONBody[Preferences]) -> Preferences:
    """One's own, for all of one's devices: they are told at once."""
    return await caller.write(preferences.prefer, data)
