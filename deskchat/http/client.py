"""The web client's own files, read into memory once: they are small, and no request waits for the disk."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler

from deskchat.domain.errors import NotFound

_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_PACKED_ALREADY = {".ico", ".png", ".woff2"}
_HASHED = "/assets/"
_FOREVER = "public, max-age=31536000, immutable"

NOT_BUILT = (
    "The web client is not built, so there is nothing to show here.\n"
    "In the folder of the source code, `make setup` builds it; then start the server again.\n"
)


@dataclass(frozen=True)
class ClientFile:
    """`packed`: the same bytes by gzip, where that makes them fewer."""

    body: bytes
    packed: bytes | None
    media_type: str


Client = Mapping[str, ClientFile]


def find_folder() -> Path | None:
    """Where the built client lies: within an installed package, or beside it in the source code."""
    package = Path(__file__).parent.parent
    places = (package / "web", package.parent / "web" / "dist")
    return next((place for place in places if (place / "index.html").is_file()), None)


def load(folder: Path | None) -> Client:
    """Every file by its address; nothing if the client is not built."""
    if folder is None:
        return {}
    files = (path for path in folder.rglob("*") if path.suffix in _TYPES)
    return {f"/{path.relative_to(folder).as_posix()}": _load_file(path) for path in files}


def serve_client(client: Client) -> HTTPRouteHandler:
    """Every address that is no file is the client's own affair: it is given index.html."""

    async def client_file(request: Request[Any, Any, Any]) -> Response[bytes]:
        path = request.scope["path"]
        if path in client and path != "/index.html":
            return _answer(request, client[path], _FOREVER if path.startswith(_HASHED) else "no-cache")
        if path.startswith(_HASHED):
            raise NotFound
        if "/index.html" not in client:
            return Response(NOT_BUILT.encode(), media_type=MediaType.TEXT, status_code=503)
        return _answer(request, client["/index.html"], "no-cache")

    return HTTPRouteHandler(
        ["/", "/{path:path}"],
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        status_code=200,
        include_in_schema=False,
    )(client_file)


def _answer(request: Request[Any, Any, Any], file: ClientFile, kept: str) -> Response[bytes]:
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if file.packed is None or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(file.body, media_type=file.media_type, headers=headers)
    return Response(file.packed, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})


def _load_file(path: Path) -> ClientFile:
    body = path.read_bytes()
    packed = None if path.suffix in _PACKED_ALREADY else gzip.compress(body, mtime=0)
    if packed is not None and len(packed) >= len(body):
        packed = None
    return ClientFile(body, packed, _TYPES[path.suffix])
