"""The options of the commands that are settings: each can be given as DESKCHAT_… as well."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Host = Annotated[str, typer.Option(envvar="DESKCHAT_HOST", help="Address to listen on.")]
Port = Annotated[
    int, typer.Option(envvar="DESKCHAT_PORT", min=0, max=65535, help="Port to listen on; 0: any free one.")
]
Data = Annotated[Path, typer.Option(envvar="DESKCHAT_DATA", help="The folder that everything is kept in.")]
Url = Annotated[
    str, typer.Option(envvar="DESKCHAT_URL", help="The address that people type, if it is another.")
]
Database = Annotated[
    str,
    typer.Option(
        envvar="DESKCHAT_DATABASE",
        help="A PostgreSQL database, as postgresql://USER@HOST/NAME; by default a file in the data folder.",
    ),
]
Bus = Annotated[
    str,
    typer.Option(
        envvar="DESKCHAT_BUS",
        help="A Valkey or Redis that joins several servers of one database, as redis://HOST:6379/0.",
    ),
]
Workers = Annotated[
    int,
    typer.Option(
        envvar="DESKCHAT_WORKERS", min=1, help="Processes that serve side by side; more than one need a bus."
    ),
]
Proxies = Annotated[
    str,
    typer.Option(
        "--trusted-proxies",
        envvar="DESKCHAT_TRUSTED_PROXIES",
        help="Addresses or networks, with commas between, whose X-Forwarded-For is believed.",
    ),
]
MetricsToken = Annotated[
    str,
    typer.Option(
        envvar="DESKCHAT_METRICS_TOKEN", help="Who sends it may read /metrics; without one nobody may."
    ),
]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    typer.Option(envvar="DESKCHAT_LOG_LEVEL", help="The least that is logged."),
]
