"""What whoever runs several servers is told of them."""

from __future__ import annotations

from msgspec.structs import replace

from deskchat.config import Settings
from deskchat.doctor import examine
from deskchat.http.exposition import expose
from tests.serving import Serving
from tests.valkey import running_valkey


def test_the_doctor_hears_what_it_sends_on_the_bus(settings: Settings) -> None:
    assert {one.state for one in examine(settings) if one.about == "bus"} == {"fine"}


def test_the_doctor_says_that_nothing_is_lost_without_the_bus(settings: Settings) -> None:
    with running_valkey() as valkey:
        gone = replace(settings, bus=valkey.url)
    (finding,) = (one for one in examine(gone) if one.about == "bus")
    assert finding.state == "problem"
    assert "Nothing is lost" in finding.text
    assert valkey.url not in finding.text


def test_a_bus_that_hangs_is_a_problem_too(settings: Settings) -> None:
    with running_valkey() as valkey:
        valkey.pause()
        (finding,) = (one for one in examine(replace(settings, bus=valkey.url)) if one.about == "bus")
    assert finding.state == "problem"


def test_how_the_bus_does_is_counted(here: Serving, there: Serving) -> None:
    told = expose(here.parts).decode()
    assert "deskchat_bus_up 1.0" in told or "deskchat_bus_up 0.0" in told
    assert "deskchat_servers_heard" in told
    assert there.parts.servers
    assert there.parts.servers.name not in told
