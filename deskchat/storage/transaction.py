"""One transaction, by noun."""

from sqlalchemy import Connection

from deskchat.domain.news import News
from deskchat.storage.events import Events
from deskchat.storage.links import Links
from deskchat.storage.lists import Lists
from deskchat.storage.messages import Messages
from deskchat.storage.organisation import Organisation
from deskchat.storage.reading import Reading
from deskchat.storage.rooms import Rooms
from deskchat.storage.search import Search
from deskchat.storage.sessions import Sessions
from deskchat.storage.users import Users


class DatabaseTransaction:
    """What a command or a question sees of the database (`domain.ports.Transaction`)."""

    def __init__(self, connection: Connection, now: int) -> None:
        self.connection = connection
        self.now = now
        self.news: list[News] = []
        self.organisation = Organisation(connection)
        self.users = Users(connection)
        self.sessions = Sessions(connection, now)
        self.links = Links(connection, now)
        self.rooms = Rooms(connection, now)
        self.messages = Messages(connection, now)
        self.reading = Reading(connection)
        self.events = Events(connection, now)
        self.search = Search(connection)
        self.lists = Lists(connection)

    def tell(self, news: News) -> None:
        self.news.append(news)
