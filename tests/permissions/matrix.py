"""Who may do what: every route and every command, and how each of six people is answered.

A row is a request as it is sent: `$names` stand for what each of them finds in an `Office`. What is not 2xx is a
refusal, and changes nothing.
"""

from enum import StrEnum


class Who(StrEnum):
    """In the order of the columns."""

    ANONYMOUS = "anonymous"
    NON_MEMBER = "non-member"
    FORMER = "former member"
    MEMBER = "member"
    OWNER = "owner"
    """Of the room, and of the organisation."""
    DEACTIVATED = "deactivated"


Row = tuple[str, str, str, str, str, str]

OK, MADE, TAKEN, DONE, OPEN = "200", "201", "202", "204", "101"
OUT = "401 not-signed-in"
WRONG = "401 wrong-credentials"
NOT_YOU = "403 not-allowed"
NOWHERE = "404 no-such-room"
NOT_YOURS = "404 no-such-session"
NOTHING = "404 not-found"
NO_LINK = "404 no-such-link"
LAST = "409 last-owner"
GONE = "410 connection-gone"

# fmt: off
ROUTES: dict[str, Row] = {
    #                                                                            anonymous non-member former    member    owner     deactivated
    'POST   /api/v1/session {"email": "$email", "password": "$password"}':       (WRONG,   MADE,      MADE,     MADE,     MADE,     WRONG),
    'GET    /api/v1/session':                                                    (OUT,     OK,        OK,       OK,       OK,       OUT),
    'DELETE /api/v1/session':                                                    (OUT,     DONE,      DONE,     DONE,     DONE,     OUT),
    'GET    /api/v1/sessions':                                                   (OUT,     OK,        OK,       OK,       OK,       OUT),
    'DELETE /api/v1/sessions/$own_session':                                      (OUT,     DONE,      DONE,     DONE,     DONE,     OUT),
    'DELETE /api/v1/sessions/$others_session':                                   (OUT,     NOT_YOURS, NOT_YOURS, NOT_YOURS, NOT_YOURS, OUT),
    'PUT    /api/v1/password {"current": "$password", "new": "another one"}':    (OUT,     DONE,      DONE,     DONE,     DONE,     OUT),

    'PATCH  /api/v1/profile {"name": "Another"}':                                (OUT,     OK,        OK,       OK,       OK,       OUT),
    'PUT    /api/v1/preferences {"theme": "dark", "contrast": "system", "density": "compact", "language": "de"}':
                                                                                 (OUT,     OK,        OK,       OK,       OK,       OUT),

    # Links speak for whoever holds them.
    'POST   /api/v1/links/look {"token": "$invitation_token"}':                  (OK,      OK,        OK,       OK,       OK,       OK),
    'POST   /api/v1/invitations/accept {"token": "$invitation_token", "name": "Farah", "password": "long enough"}':
                                                                                 (MADE,    MADE,      MADE,     MADE,     MADE,     MADE),
    'POST   /api/v1/resets/redeem {"token": "$reset_token", "password": "long enough"}':
                                                                                 (DONE,    DONE,      DONE,     DONE,     DONE,     DONE),
    'POST   /api/v1/resets/redeem {"token": "$own_reset_token", "password": "long enough"}':
                                                                                 (NO_LINK, DONE,      DONE,     DONE,     DONE,     NO_LINK),
    'POST   /api/v1/set-up {"token": "$set_up_token", "organisation": "Mine", "name": "M", "email": "m@example.com", "password": "long enough"}':
                                                                                 (NO_LINK, NO_LINK,   NO_LINK,  NO_LINK,  NO_LINK,  NO_LINK),

    # The organisation and its people are the owner's affair.
    'GET    /api/v1/organisation':                                               (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'PUT    /api/v1/organisation {"name": "Another", "idle_days": 30}':          (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'GET    /api/v1/system':                                                     (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'GET    /api/v1/doctor':                                                     (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'GET    /api/v1/backups':                                                    (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'POST   /api/v1/backups':                                                    (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  MADE,     OUT),
    'PATCH  /api/v1/users/$colleague {"role": "owner"}':                         (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'GET    /api/v1/users':                                                      (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'POST   /api/v1/users/$colleague/deactivate':                                (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'POST   /api/v1/users/$inactive/reactivate':                                 (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'POST   /api/v1/users/$colleague/reset':                                     (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  MADE,     OUT),
    'GET    /api/v1/invitations':                                                (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  OK,       OUT),
    'POST   /api/v1/invitations {"email": "new-$email", "role": "member"}':      (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  MADE,     OUT),
    'DELETE /api/v1/invitations/$invitation':                                    (OUT,     NOT_YOU,   NOT_YOU,  NOT_YOU,  DONE,     OUT),
    'GET    /api/v1/profiles?name=d':                                            (OUT,     OK,        OK,       OK,       OK,       OUT),
    'GET    /api/v1/profiles?ids=$colleague':                                    (OUT,     OK,        OK,       OK,       OK,       OUT),

    # Rooms are their members' affair; who is in them, their owner's.
    'GET    /api/v1/rooms':                                                      (OUT,     OK,        OK,       OK,       OK,       OUT),
    'POST   /api/v1/rooms {"kind": "direct", "user": $colleague}':               (OUT,     MADE,      MADE,     MADE,     MADE,     OUT),
    'POST   /api/v1/rooms {"kind": "group", "key": "k", "name": "G", "users": [$colleague]}':
                                                                                 (OUT,     MADE,      MADE,     MADE,     MADE,     OUT),
    'GET    /api/v1/rooms/$room':                                                (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'PATCH  /api/v1/rooms/$room {"name": "Another"}':                            (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  OK,       OUT),
    'PUT    /api/v1/rooms/$room/notify {"notify": "mentions"}':                  (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/rooms/$room/members':                                        (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/rooms/$room/members/find?name=d':                            (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/rooms/$room/members/addable?name=d':                         (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  OK,       OUT),
    'POST   /api/v1/rooms/$room/members {"users": [$stranger]}':                 (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  MADE,     OUT),
    'POST   /api/v1/rooms/$room/members {"users": [$oneself]}':                  (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  MADE,     OUT),
    'PATCH  /api/v1/rooms/$room/members/$colleague {"role": "owner"}':           (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  OK,       OUT),
    'PATCH  /api/v1/rooms/$room/members/$oneself {"role": "owner"}':             (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  OK,       OUT),
    'PATCH  /api/v1/rooms/$room/members/$oneself {"role": "member"}':            (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  LAST,     OUT),
    'DELETE /api/v1/rooms/$room/members/$colleague':                             (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  DONE,     OUT),
    'DELETE /api/v1/rooms/$room/members/$oneself':                               (OUT,     NOWHERE,   NOWHERE,  DONE,     LAST,     OUT),
    'GET    /api/v1/rooms/$room/messages':                                       (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'POST   /api/v1/rooms/$room/messages {"key": "k", "text": "Hello"}':         (OUT,     NOWHERE,   NOWHERE,  MADE,     MADE,     OUT),
    'PATCH  /api/v1/rooms/$room/messages/$own_message {"text": "Changed"}':      (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'PATCH  /api/v1/rooms/$room/messages/$others_message {"text": "Changed"}':   (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  NOT_YOU,  OUT),
    'DELETE /api/v1/rooms/$room/messages/$own_message':                          (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'DELETE /api/v1/rooms/$room/messages/$others_message':                       (OUT,     NOWHERE,   NOWHERE,  NOT_YOU,  NOT_YOU,  OUT),
    'GET    /api/v1/rooms/$room/messages/$own_message/revisions':                (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/rooms/$room/messages/$others_message/revisions':             (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/rooms/$room/events':                                         (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'PUT    /api/v1/rooms/$room/read {"number": 1}':                             (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'PUT    /api/v1/rooms/$room/unread {"number": 1}':                           (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/rooms/$room/seen':                                           (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/rooms/$room/messages/$own_message/seen':                     (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/rooms/$room/messages/$others_message/seen':                  (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/search?q=launch':                                            (OUT,     OK,        OK,       OK,       OK,       OUT),
    'GET    /api/v1/search?q=launch&room=$room':                                 (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/lists/rooms':                                                (OUT,     OK,        OK,       OK,       OK,       OUT),
    'GET    /api/v1/lists/rooms.csv':                                            (OUT,     OK,        OK,       OK,       OK,       OUT),
    'GET    /api/v1/lists/messages?text=launch':                                 (OUT,     OK,        OK,       OK,       OK,       OUT),
    'GET    /api/v1/lists/messages?room=$room':                                  (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/lists/messages.csv':                                         (OUT,     OK,        OK,       OK,       OK,       OUT),
    'GET    /api/v1/lists/messages.csv?room=$room':                              (OUT,     NOWHERE,   NOWHERE,  OK,       OK,       OUT),
    'GET    /api/v1/lists/profiles':                                             (OUT,     OK,        OK,       OK,       OK,       OUT),
    'GET    /api/v1/lists/profiles.csv':                                         (OUT,     OK,        OK,       OK,       OK,       OUT),

    # Connections are their device's.
    'POST   /api/v1/connections':                                                (OUT,     MADE,      MADE,     MADE,     MADE,     OUT),
    'POST   /api/v1/connections/$own_connection/poll {"ack": 0}':                (OUT,     OK,        OK,       OK,       OK,       OUT),
    'POST   /api/v1/connections/$others_connection/poll {"ack": 0}':             (OUT,     GONE,      GONE,     GONE,     GONE,     OUT),
    'POST   /api/v1/connections/$own_connection/commands {"do": "ping", "ref": 1}':
                                                                                 (OUT,     TAKEN,     TAKEN,    TAKEN,    TAKEN,    OUT),
    'POST   /api/v1/connections/$others_connection/commands {"do": "ping", "ref": 1}':
                                                                                 (OUT,     GONE,      GONE,     GONE,     GONE,     OUT),
    'DELETE /api/v1/connections/$own_connection':                                (OUT,     DONE,      DONE,     DONE,     DONE,     OUT),
    'DELETE /api/v1/connections/$others_connection':                             (OUT,     GONE,      GONE,     GONE,     GONE,     OUT),
    'SOCKET /api/v1/socket':                                                     (OUT,     OPEN,      OPEN,     OPEN,     OPEN,     OUT),

    # What the server says of itself, and the client's own files.
    'GET    /api/v1/openapi.json':                                               (OK,      OK,        OK,       OK,       OK,       OK),
    'GET    /healthz':                                                           (OK,      OK,        OK,       OK,       OK,       OK),
    'GET    /readyz':                                                            (OK,      OK,        OK,       OK,       OK,       OK),
    'GET    /metrics':                                                           (NOTHING, NOTHING,   NOTHING,  NOTHING,  NOTHING,  NOTHING),
    'GET    /':                                                                  (OK,      OK,        OK,       OK,       OK,       OK),
    'HEAD   /':                                                                  (OK,      OK,        OK,       OK,       OK,       OK),
    'GET    /chat':                                                              (OK,      OK,        OK,       OK,       OK,       OK),
    'HEAD   /chat':                                                              (OK,      OK,        OK,       OK,       OK,       OK),
}

DEMO = {"GET /demo", "GET /demo.js", "POST /api/v1/demo"}
"""A demo's own door, which no other server has: its links speak for whoever holds them."""

COMMANDS: dict[str, Row] = {
    #                                                                            anonymous non-member former    member    owner     deactivated
    'post   {"room": $room, "key": "k", "text": "Hello"}':                        (OUT,    NOWHERE,   NOWHERE,  "ok",     "ok",     OUT),
    'edit   {"room": $room, "number": $own_message, "text": "Changed"}':          (OUT,    NOWHERE,   NOWHERE,  "ok",     "ok",     OUT),
    'edit   {"room": $room, "number": $others_message, "text": "Changed"}':       (OUT,    NOWHERE,   NOWHERE,  NOT_YOU,  NOT_YOU,  OUT),
    'delete {"room": $room, "number": $own_message}':                             (OUT,    NOWHERE,   NOWHERE,  "ok",     "ok",     OUT),
    'delete {"room": $room, "number": $others_message}':                          (OUT,    NOWHERE,   NOWHERE,  NOT_YOU,  NOT_YOU,  OUT),
    'read   {"room": $room, "number": 1}':                                        (OUT,    NOWHERE,   NOWHERE,  "ok",     "ok",     OUT),
    'typing {"room": $room}':                                                     (OUT,    NOWHERE,   NOWHERE,  "ok",     "ok",     OUT),
    'watch  {"rooms": [$room]}':                                                  (OUT,    "ok",      "ok",     "ok",     "ok",     OUT),
    'attend {"state": "away"}':                                                   (OUT,    "ok",      "ok",     "ok",     "ok",     OUT),
    'resume {"rooms": {"$room": 0}}':                                             (OUT,    "ok",      "ok",     "ok",     "ok",     OUT),
    'ping   {}':                                                                  (OUT,    "ok",      "ok",     "ok",     "ok",     OUT),
}
# fmt: on
