"""The owner's page: the organisation, its rules of signing in, backups, and how the server does."""

import asyncio
import errno
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deskchat import __version__
from deskchat.domain.backups import KEPT
from deskchat.domain.errors import Busy, Invalid, LastOwner, NoSuchUser, NotAllowed, NotSignedIn, StorageFull
from deskchat.domain.sessions import DAY
from deskchat.storage import backups
from tests.api.browser import API, Browser, assert_ok, assert_refused
from tests.api.conftest import on_sqlite_only
from tests.serving import Serving


def test_the_organisation_gets_another_name(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha, Browser(serving, serving.people.bela) as bela:
        wanted = {"name": "Halden  Pumps", "idle_days": 14}
        assert assert_ok(asha.put(f"{API}/organisation", json=wanted))["name"] == "Halden Pumps"
        assert assert_ok(asha.get(f"{API}/organisation")) == {"name": "Halden Pumps", "idle_days": 14}
        assert assert_ok(bela.get(f"{API}/session"))["organisation"] == "Halden Pumps"
        assert_refused(bela.get(f"{API}/organisation"), NotAllowed)
        assert_refused(bela.put(f"{API}/organisation", json=wanted), NotAllowed)


def test_a_device_that_is_not_used_is_out_after_the_days_that_the_owner_sets(serving: Serving) -> None:
    with (
        Browser(serving, serving.people.asha) as asha,
        Browser(serving, serving.people.bela) as idle,
        Browser(serving, serving.people.chidi) as other,
    ):
        assert_ok(asha.put(f"{API}/organisation", json={"name": "Halden", "idle_days": 30}))
        serving.clock.ahead = 20 * DAY
        for browser in (asha, other):
            assert_ok(browser.get(f"{API}/session"))
        assert_ok(asha.put(f"{API}/organisation", json={"name": "Halden", "idle_days": 2}))
        assert_refused(idle.get(f"{API}/session"), NotSignedIn)
        assert_ok(other.get(f"{API}/session"))


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "Halden", "idle_days": 0},
        {"name": "Halden", "idle_days": 91},
        {"name": "Halden", "idle_days": "7"},
        {"name": "", "idle_days": 7},
        {"name": "Halden"},
        {"idle_days": 7},
    ],
)
def test_rules_that_make_no_sense_are_refused(asha: Browser, wanted: Any) -> None:
    assert_refused(asha.put(f"{API}/organisation", json=wanted), Invalid)


def test_somebody_becomes_an_owner_and_a_member_again(serving: Serving) -> None:
    people = serving.people
    with Browser(serving, people.asha) as asha, Browser(serving, people.bela) as bela:
        assert_refused(bela.patch(f"{API}/users/{people.bela.id}", json={"role": "owner"}), NotAllowed)
        assert_refused(asha.patch(f"{API}/users/{people.asha.id}", json={"role": "member"}), LastOwner)
        assert_refused(asha.patch(f"{API}/users/1", json={"role": "owner"}), NoSuchUser)
        changed = assert_ok(asha.patch(f"{API}/users/{people.bela.id}", json={"role": "owner"}))
        assert changed["role"] == "owner"
        assert_ok(bela.patch(f"{API}/users/{people.asha.id}", json={"role": "member"}))
        assert_refused(asha.get(f"{API}/users"), NotAllowed)


@on_sqlite_only
def test_the_system_says_how_it_does(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha:
        assert_ok(asha.post(f"{API}/connections"), 201)
        report = assert_ok(asha.get(f"{API}/system"))
    assert (report["version"], report["connections"], report["people"]) == (__version__, 1, 1)
    assert report["store"]["engine"].startswith("SQLite 3")
    assert min(report["store"]["size"], report["store"]["free"]) > 0
    assert report["started"] <= report["now"]


@on_sqlite_only
def test_a_backup_is_a_whole_copy_in_the_servers_folder(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha, Browser(serving, serving.people.bela) as bela:
        assert assert_ok(asha.get(f"{API}/backups"))["backups"] == []
        made = assert_ok(asha.post(f"{API}/backups"), 201)
        listed = assert_ok(asha.get(f"{API}/backups"))
        assert listed["backups"] == [made]
        for refused in (bela.get(f"{API}/backups"), bela.post(f"{API}/backups")):
            assert_refused(refused, NotAllowed)
    path = Path(listed["folder"], made["name"])
    assert path.stat().st_size == made["size"]
    assert path.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(path)) as copy:
        assert copy.execute("SELECT count(*) FROM message").fetchone() is not None


@on_sqlite_only
def test_the_newest_backups_are_kept(serving: Serving) -> None:
    with Browser(serving, serving.people.asha) as asha:
        names = []
        for _ in range(KEPT + 2):
            serving.clock.ahead += 1000
            names.append(assert_ok(asha.post(f"{API}/backups"), 201)["name"])
        listed = assert_ok(asha.get(f"{API}/backups"))["backups"]
    assert [backup["name"] for backup in listed] == names[:1:-1]


@on_sqlite_only
def test_a_full_disk_leaves_no_half_backup(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    def back_up(_database: Path, target: Path) -> None:
        target.with_name(f"{target.name}.partial").touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    with Browser(serving, serving.people.asha) as asha:
        monkeypatch.setattr(backups, "back_up", back_up)
        assert_refused(asha.post(f"{API}/backups"), StorageFull)
        folder = Path(assert_ok(asha.get(f"{API}/backups"))["folder"])
        assert list(folder.iterdir()) == []


@on_sqlite_only
def test_one_backup_is_made_at_a_time(serving: Serving) -> None:
    made = serving.parts.backups

    async def make_two() -> None:
        one, other = await asyncio.gather(made.make(), made.make(), return_exceptions=True)
        assert not isinstance(one, BaseException)
        assert isinstance(other, Busy)

    serving.run(make_two)
