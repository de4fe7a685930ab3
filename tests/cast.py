"""The fixed cast: five people of one office, a direct chat, a group, and an outsider."""

from dataclasses import dataclass

from deskchat.domain import rooms, users
from deskchat.domain.ports import Store, Transaction
from deskchat.domain.users import User

NO_PASSWORD = "!"


@dataclass(frozen=True)
class Cast:
    """Asha owns the organisation and the group. Mallory is a user of no room."""

    asha: User
    bela: User
    chidi: User
    dana: User
    emre: User
    mallory: User
    direct: int
    """Asha and Bela."""
    group: int
    """“Launch”: Asha, Bela, Chidi, Dana and Emre."""

    @property
    def office(self) -> list[User]:
        return [self.asha, self.bela, self.chidi, self.dana, self.emre]


async def gather_cast(store: Store, password_hash: str = NO_PASSWORD) -> Cast:
    """Puts them into an empty store, all with the same password."""
    return await store.write(0, lambda tx: gather(tx, password_hash))


def gather(tx: Transaction, password_hash: str = NO_PASSWORD) -> Cast:
    asha = users.add(tx, "asha@example.com", "Asha Rao", "owner", password_hash)
    bela = users.add(tx, "bela@example.com", "Bela Kovács", "member", password_hash)
    chidi = users.add(tx, "chidi@example.com", "Chidi Okafor", "member", password_hash)
    dana = users.add(tx, "dana@example.com", "Dana Lindqvist", "member", password_hash)
    emre = users.add(tx, "emre@example.com", "Emre Yıldız", "member", password_hash)
    mallory = users.add(tx, "mallory@example.com", "Mallory", "member", password_hash)
    direct = rooms.open_direct(tx, asha.id, bela.id)
    group = rooms.create_group(tx, asha.id, "launch", "Launch", [bela.id, chidi.id, dana.id, emre.id])
    return Cast(asha, bela, chidi, dana, emre, mallory, direct, group)
