"""Every route on one page, and the application that serves them."""

import asyncio
import json
from collections.abc import Sequence
from functools import cache

from litestar import Litestar, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import get
from litestar.types import ASGIApp, ControllerRouterHandler

from deskchat.http import (
    backups,
    connections,
    doctor,
    events,
    health,
    links,
    lists,
    messages,
    metrics,
    openapi,
    organisation,
    preferences,
    reading,
    rooms,
    search,
    sessions,
    socket,
    system,
    users,
)
from deskchat.http.caller import provide_caller
from deskchat.http.client import Client, serve_client
from deskchat.http.envelope import Envelope
from deskchat.http.parts import Parts
from deskchat.http.problems import answer
from deskchat.http.requests import ApiRequest
from deskchat.realtime.frames import LARGEST_FRAME

API: Sequence[ControllerRouterHandler] = (
    sessions.sign_in,
    sessions.get_session,
    sessions.sign_out,
    sessions.list_sessions,
    sessions.end_session,
    users.change_password,
    users.rename_profile,
    preferences.set_preferences,
    organisation.get_organisation,
    organisation.change_organisation,
    system.get_system,
    doctor.get_arrival,
    backups.list_backups,
    backups.make_backup,
    users.list_users,
    users.change_user_role,
    users.deactivate_user,
    users.reactivate_user,
    users.find_profiles,
    links.look_at_link,
    links.set_up,
    links.accept_invitation,
    links.redeem_reset,
    links.open_reset,
    links.list_invitations,
    links.invite,
    links.withdraw_invitation,
    rooms.list_rooms,
    rooms.create_room,
    rooms.get_room,
    rooms.rename_room,
    rooms.set_notify,
    rooms.list_members,
    rooms.find_members,
    rooms.find_addable,
    rooms.add_members,
    rooms.change_role,
    rooms.remove_member,
    messages.list_messages,
    messages.post_message,
    messages.edit_message,
    messages.delete_message,
    messages.list_revisions,
    events.list_events,
    reading.mark_read,
    reading.mark_unread,
    reading.list_seen_marks,
    reading.find_who_saw,
    search.find_messages,
    lists.list_my_rooms,
    lists.export_my_rooms,
    lists.list_my_messages,
    lists.export_my_messages,
    lists.list_active_profiles,
    lists.export_active_profiles,
    connections.open_connection,
    connections.poll_connection,
    connections.send_command,
    connections.close_connection,
    socket.open_socket,
)

LARGEST_BODY = LARGEST_FRAME


def api() -> Router:
    return Router(
        "/api/v1", route_handlers=API, dependencies={"caller": Provide(provide_caller, sync_to_thread=False)}
    )


def build(parts: Parts, client: Client, extra: Sequence[ControllerRouterHandler] = ()) -> ASGIApp:
    """The application. `extra`: routes that only a demo has."""
    app = Litestar(
        [
            api(),
            _openapi_document,
            health.is_alive,
            health.is_ready,
            metrics.get_metrics,
            serve_client(client),
            *extra,
        ],
        state=State({"parts": parts}),
        request_class=ApiRequest,
        request_max_body_size=LARGEST_BODY,
        exception_handlers={Exception: answer},
        openapi_config=None,
        logging_config=None,
    )
    return Envelope(app, parts)


@cache
def document() -> str:
    """The OpenAPI document as it is served, and kept in docs/openapi.json."""
    return json.dumps(openapi.describe(api()), indent=2, ensure_ascii=False) + "\n"


@get("/api/v1/openapi.json", include_in_schema=False)
async def _openapi_document() -> Response[str]:
    # Made for the first who asks: it takes longer than anything else in starting a server.
    return Response(await asyncio.to_thread(document), media_type="application/json")
