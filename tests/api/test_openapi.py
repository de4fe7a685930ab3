"""The OpenAPI document: that it is whole, and kept as it is served."""

from collections.abc import Iterator
from typing import Any

from deskchat.domain import errors
from deskchat.http import routes
from tests.api.browser import operations, resolve
from tests.document import KEPT, document


def test_the_document_in_the_repository_is_the_codes() -> None:
    assert KEPT.read_text() == routes.document(), "run `make openapi`"


def test_every_reference_leads_somewhere() -> None:
    references = [node for node in _walk(document()) if isinstance(node, dict) and "$ref" in node]
    assert len(references) > 100
    for reference in references:
        assert resolve(reference)


def test_every_component_is_used() -> None:
    used = {node["$ref"] for node in _walk(document()) if isinstance(node, dict) and "$ref" in node}
    mapped = {
        target
        for node in _walk(document())
        if isinstance(node, dict) and "mapping" in node
        for target in node["mapping"].values()
    }
    kept = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "responses")
        for name in document()["components"][kind]
    }
    assert kept - used - mapped == set()


def test_frames_and_commands_are_unions_by_their_tags() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["Command"]["discriminator"]["propertyName"] == "do"
    assert schemas["Frame"]["discriminator"]["propertyName"] == "type"
    assert set(schemas["Command"]["discriminator"]["mapping"]) == {
        "post",
        "edit",
        "delete",
        "read",
        "typing",
        "attend",
        "watch",
        "resume",
        "ping",
    }
    assert {"hello", "message.posted", "room.gone", "caught-up"} <= set(
        schemas["Frame"]["discriminator"]["mapping"]
    )


def test_what_is_sent_is_never_left_out_but_where_it_says_so() -> None:
    schemas = document()["components"]["schemas"]
    assert set(schemas["Message"]["required"]) == set(schemas["Message"]["properties"])
    assert set(schemas["Ok"]["required"]) == {"type", "ref"}


def test_a_body_takes_no_field_that_it_does_not_name() -> None:
    for name in ("NewMessage", "NewGroup", "SignIn", "SetUp", "Post"):
        assert document()["components"]["schemas"][name]["additionalProperties"] is False


def test_every_id_fits_into_a_number_of_javascript() -> None:
    bounded = [node for node in _walk(document()) if isinstance(node, dict) and "maximum" in node]
    assert len(bounded) > 50
    assert all(type(node["maximum"]) is int and node["maximum"] <= 2**53 - 1 for node in bounded)


def test_an_address_says_nothing_of_null() -> None:
    for methods in document()["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                assert "null" not in str(parameter)


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [operation.name for operation in operations()]
    assert len(names) == len(set(names)) >= 36
    for methods in document()["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            assert operation["tags"]


def test_who_must_be_signed_in_is_said() -> None:
    anonymous = {
        operation["operationId"]
        for methods in document()["paths"].values()
        for operation in methods.values()
        if not operation.get("security")
    }
    assert anonymous == {"sign_in", "look_at_link", "set_up", "accept_invitation", "redeem_reset"}
    assert document()["components"]["securitySchemes"]["deskchat_session"]["in"] == "cookie"


def test_every_code_of_a_refusal_is_its_own() -> None:
    refusals = [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, errors.Refusal) and hasattr(found, "code")
    ]
    assert len({refusal.code for refusal in refusals}) == len(refusals)


def _walk(node: Any) -> Iterator[Any]:
    yield node
    if isinstance(node, dict):
        for value in node.values():
            yield from _walk(value)
    if isinstance(node, list):
        for value in node:
            yield from _walk(value)
