"""The files of deploy/ name only what there is: commands, settings, routes, paths, versions. No engine runs them here."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from configparser import RawConfigParser
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.pages import ROOT
from tests.docs.test_operate import COMMANDS, settings_of
from tests.permissions.test_completeness import list_routes

FOLDER = ROOT / "deploy"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".md")
SETTINGS = settings_of(COMMANDS["deskchat serve"]).keys()
BUILT_ELSEWHERE = {"DESKCHAT_BUS"}
"""Of the bus between servers."""


def read(name: str) -> str:
    return (FOLDER / name).read_text()


def load(name: str) -> Any:
    return yaml.safe_load(read(name))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_is_one_of_the_servers(file: Path) -> None:
    assert set(re.findall(r"\bDESKCHAT_[A-Z_]+", file.read_text())) <= SETTINGS | BUILT_ELSEWHERE


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_health_is_asked_where_it_is_told(file: Path) -> None:
    served = {route.split()[1] for route in list_routes()}
    assert set(re.findall(r"/(?:ready|health)\w*", file.read_text())) <= served


def is_command(words: list[str]) -> bool:
    return f"deskchat {words[0]}" in COMMANDS


# systemd


class Unit(RawConfigParser):
    def __init__(self) -> None:
        super().__init__(strict=False, interpolation=None)
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read_string(read("deskchat.service"))


def test_the_unit_starts_the_server_as_nobody_in_particular_and_waits_for_its_end() -> None:
    service = Unit()["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program.endswith("/.venv/bin/deskchat")
    assert is_command(words)
    assert service["User"] not in ("", "root")
    assert service["KillSignal"] == "SIGTERM"
    assert int(service["TimeoutStopSec"]) > 10
    assert service["Environment"] == f"DESKCHAT_DATA=/var/lib/{service['StateDirectory']}"
    assert service["StateDirectoryMode"] == "0700"


def test_systemd_takes_the_unit_where_there_is_one(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        return
    unit = tmp_path / "deskchat.service"
    # It looks whether the program is there.
    unit.write_text(read("deskchat.service").replace("/opt/deskchat/.venv/bin/deskchat", "/bin/true"))
    said = subprocess.run([verify, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert str(unit) not in said.stderr, said.stderr


# The image


def instructions() -> list[tuple[str, str]]:
    lines = read("Dockerfile").replace("\\\n", " ").splitlines()
    said = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return [(name, rest.strip()) for name, rest in said]


def stages() -> Iterator[list[tuple[str, str]]]:
    said = instructions()
    starts = [index for index, (name, _) in enumerate(said) if name == "FROM"]
    for start, end in zip(starts, [*starts[1:], len(said)], strict=True):
        yield said[start:end]


def last_stage() -> dict[str, str]:
    *_, last = stages()
    return dict(last)


def test_what_runs_is_neither_root_nor_the_stages_that_built_it() -> None:
    *built, last = stages()
    assert len(built) == 2
    names = [rest.split(" AS ")[1] for (_, rest), *_ in built]
    assert last_stage()["USER"] not in ("root", "0")
    copied = re.findall(r"--from=(\w+)", read("Dockerfile"))
    assert set(copied) == set(names)
    assert [name for name, _ in last].index("USER") > [name for name, _ in last].index("RUN")


def test_the_image_is_of_versions_that_the_product_takes() -> None:
    text = read("Dockerfile")
    oldest = re.search(r'requires-python = ">=3\.(\d+)"', (ROOT / "pyproject.toml").read_text())
    assert oldest
    assert all(int(minor) >= int(oldest[1]) for minor in re.findall(r"FROM python:3\.(\d+)", text))
    (node,) = re.findall(r"FROM node:(\d+)", text)
    assert f">={node}.0.0" in json.loads((ROOT / "web/package.json").read_text())["engines"]["node"]


def test_what_is_copied_is_there_and_not_ignored() -> None:
    allowed = {line[1:] for line in read("Dockerfile.dockerignore").splitlines() if line.startswith("!")}
    for name, rest in instructions():
        if name != "COPY" or "--from" in rest:
            continue
        *sources, _ = rest.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source.split("/")[0] in allowed, source


def test_the_image_serves_on_the_port_that_it_exposes_and_asks_itself() -> None:
    stage = last_stage()
    assert json.loads(stage["ENTRYPOINT"]) == ["deskchat"]
    assert is_command(json.loads(stage["CMD"]))
    assert stage["STOPSIGNAL"] == "SIGTERM"
    assert f"DESKCHAT_PORT={stage['EXPOSE']}" in stage["ENV"]
    assert f"DESKCHAT_DATA={stage['VOLUME']}" in stage["ENV"]
    assert f":{stage['EXPOSE']}/readyz" in stage["HEALTHCHECK"]
    check = json.loads(stage["HEALTHCHECK"].split("CMD ")[1])
    compile(check[2], "the health check", "exec")


# Several servers


def test_the_services_name_each_other_and_what_there_is() -> None:
    compose = load("compose.yaml")
    services = compose["services"]
    for service in services.values():
        assert set(service["networks"]) <= compose["networks"].keys()
        assert set(service.get("depends_on", ())) <= services.keys()
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (FOLDER / source).exists() if source.startswith(".") else source in compose["volumes"]
        built = service.get("build")
        assert built is None or (FOLDER / built["context"] / built["dockerfile"]).is_file()


def test_each_server_has_a_folder_of_its_own_and_the_others_in_common() -> None:
    services = load("compose.yaml")["services"]
    servers = {name: service for name, service in services.items() if service.get("image") == "deskchat"}
    assert len(servers) == 2
    assert {service["volumes"][0].split(":")[1] for service in servers.values()} == {last_stage()["VOLUME"]}
    assert len({service["volumes"][0] for service in servers.values()}) == 2
    for service in servers.values():
        assert "ports" not in service
        environment = service["environment"]
        assert "@postgres/" in environment["DESKCHAT_DATABASE"]
        assert "//valkey:" in environment["DESKCHAT_BUS"]
        (trusted,) = load("compose.yaml")["networks"]["inside"]["ipam"]["config"]
        assert ip_network(environment["DESKCHAT_TRUSTED_PROXIES"]) == ip_network(trusted["subnet"])
    port = last_stage()["EXPOSE"]
    assert all(f"{name}:{port}" in read("Caddyfile") for name in servers)


def test_only_the_proxy_can_be_reached() -> None:
    services = load("compose.yaml")["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]


@pytest.mark.parametrize(
    "line",
    [
        "proxy_http_version 1.1",
        "Upgrade $http_upgrade",
        "X-Forwarded-For $remote_addr",
        "proxy_buffering off",
        "ip_hash",
    ],
)
def test_nginx_passes_on_what_sockets_and_polls_need(line: str) -> None:
    assert line in read("nginx.conf")
    assert read("nginx.conf").count("{") == read("nginx.conf").count("}")


def test_traefik_leads_to_servers_and_stays_with_one() -> None:
    http = load("traefik.yaml")["http"]
    (router,) = http["routers"].values()
    balancer = http["services"][router["service"]]["loadBalancer"]
    assert len(balancer["servers"]) > 1
    assert "sticky" in balancer
