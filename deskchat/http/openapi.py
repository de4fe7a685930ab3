"""The OpenAPI document: paths as the routes declare them, bodies as msgspec decodes and encodes them.

The framework's own schemas of structs leave out what msgspec enforces (unknown fields, the tags of unions, lengths of
tuples), so every body's schema is msgspec's.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from types import NoneType
from typing import Any, get_args

import msgspec
from litestar import Litestar, Response, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import HTTPRoute

from deskchat import __version__
from deskchat.domain.errors import Refusal
from deskchat.http.auth import COOKIE
from deskchat.http.problems import MEDIA_TYPE, Problem
from deskchat.http.routing import list_refusals
from deskchat.http.spreadsheet import CSV
from deskchat.realtime.frames import Command, Frame

Json = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_UNIONS = {"Command": Command, "Frame": Frame}
_OMITTING = {frame.__name__ for frame in get_args(Frame) if frame.__struct_config__.omit_defaults}
_NOISE: tuple[tuple[str, Any], ...] = (
    ("deprecated", False),
    ("allowEmptyValue", False),
    ("allowReserved", False),
    ("headers", {}),
)


def describe(api: Router) -> Json:
    """The document, as plain JSON values."""
    # An application of its own: in the one that serves, the framework would add pages that load scripts from elsewhere.
    app = Litestar([api], openapi_config=_config(), logging_config=None)
    document: Json = app.openapi_schema.to_schema()
    handlers = {str(handler.operation_id): handler for handler in _list_handlers(app)}
    schemas, components = _describe_bodies(handlers)
    for operation in (operation for path in document["paths"].values() for operation in path.values()):
        _mend(operation, handlers[operation["operationId"]], schemas)
    document["components"] |= {"schemas": components, "responses": _describe_refusals(handlers.values())}
    tidied: Json = _tidy(document)
    return tidied


def _config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Deskchat",
        version=__version__,
        description="Chat for the desk of a business application. The frames of a socket session are the schemas "
        "`Frame` (from the server) and `Command` (from the client).",
        path="/unused",
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                COOKIE: SecurityScheme(
                    type="apiKey",
                    name=COOKIE,
                    security_scheme_in="cookie",
                    description=f"Set by signing in. Where people come by https it is called `__Host-{COOKIE}`.",
                )
            }
        ),
    )


def _list_handlers(app: Litestar) -> Iterator[HTTPRouteHandler]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from (handler for handler in route.route_handlers if handler.operation_id)


def _describe_bodies(handlers: dict[str, HTTPRouteHandler]) -> tuple[dict[str, Json], Json]:
    """The schema of every body, and the components that they refer to."""
    bodies = [Problem, *_UNIONS.values()]
    for handler in handlers.values():
        bodies += [_received(handler), _sent(handler)]
    described, components = msgspec.json.schema_components(bodies, ref_template=_REFERENCE)
    schemas = dict(zip(map(repr, bodies), described, strict=True))
    unions = {name: schemas[repr(union)] for name, union in _UNIONS.items()}
    components = {name: _name(schema, unions) for name, schema in components.items()}
    _say_what_is_sent(components)
    named = {body: _name(schema, unions) for body, schema in schemas.items()}
    return named, dict(sorted({**components, **unions}.items()))


def _received(handler: HTTPRouteHandler) -> Any:
    field = handler.parsed_data_field
    return field.annotation if field else None


def _sent(handler: HTTPRouteHandler) -> Any:
    if handler.media_type == CSV:
        return str
    field = handler.parsed_return_field
    return field.inner_types[0].annotation if field.is_subclass_of(Response) else field.annotation


def _name(node: Any, unions: Json) -> Any:
    """Has a union said by its name wherever it stands."""
    for name, union in unions.items():
        if node == union:
            return {"$ref": _REFERENCE.format(name=name)}
    if isinstance(node, dict):
        return {key: _name(value, unions) for key, value in node.items()}
    if isinstance(node, list):
        return [_name(value, unions) for value in node]
    return node


def _say_what_is_sent(components: Json) -> None:
    """A struct that the server sends has all its fields always, or leaves out those that have nothing to say."""
    for name, schema in components.items():
        if schema.get("additionalProperties") is False:
            continue
        for field, value in schema.get("properties", {}).items():
            if "default" in value:
                del value["default"]
                if name not in _OMITTING:
                    schema["required"].append(field)


def _mend(operation: Json, handler: HTTPRouteHandler, schemas: dict[str, Json]) -> None:
    if "requestBody" in operation:
        operation["requestBody"]["content"]["application/json"]["schema"] = schemas[repr(_received(handler))]
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    success = operation["responses"][str(handler.status_code)]
    if _sent(handler) is NoneType:
        success.pop("content", None)
    else:
        (content,) = success["content"].values()
        content["schema"] = schemas[repr(_sent(handler))]
    operation["responses"] = {str(handler.status_code): success, **_refer_to_refusals(handler)}


def _refer_to_refusals(handler: HTTPRouteHandler) -> Json:
    return {
        str(those[0].status): {"$ref": f"#/components/responses/{_title(those)}"}
        for those in _by_status(handler)
    }


def _describe_refusals(handlers: Iterable[HTTPRouteHandler]) -> Json:
    """A response for each set of refusals that share a status on some route."""
    groups = {_title(those): those for handler in handlers for those in _by_status(handler)}
    return {title: _describe_problem(those) for title, those in sorted(groups.items())}


def _describe_problem(those: list[type[Refusal]]) -> Json:
    said = {"status": {"const": those[0].status}, "code": {"enum": [refusal.code for refusal in those]}}
    schema = {"allOf": [{"$ref": _REFERENCE.format(name="Problem")}, {"properties": said}]}
    return {
        "description": "\n".join(f"- `{refusal.code}`: {refusal.message}" for refusal in those),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def _by_status(handler: HTTPRouteHandler) -> Iterator[list[type[Refusal]]]:
    ordered = sorted(list_refusals(handler), key=lambda refusal: (refusal.status, refusal.code))
    for _, those in groupby(ordered, key=lambda refusal: refusal.status):
        yield list(those)


def _title(those: list[type[Refusal]]) -> str:
    return "Or".join(refusal.__name__ for refusal in those)


def _without_null(schema: Json) -> Json:
    """An address cannot say null: what is optional is left out."""
    alternatives = schema.pop("oneOf", [{}])
    said = {**alternatives[0], **schema}
    if None in said.get("enum", ()):
        said |= {"type": "string", "enum": [value for value in said["enum"] if value is not None]}
    return said


def _tidy(node: Any) -> Any:
    """Whole numbers without a decimal point, and nothing that says only what is so anyway."""
    if isinstance(node, dict):
        return {key: _tidy(value) for key, value in node.items() if (key, value) not in _NOISE}
    if isinstance(node, list):
        return [_tidy(value) for value in node]
    return int(node) if isinstance(node, float) and node.is_integer() else node
