"""Every operation of the OpenAPI document, by three people, with what the document allows and with what it does not.

The answers are the documented ones, whatever was asked; nothing makes the server fail; and who asks in earnest, for
what is there, succeeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from deskchat.http import connections
from tests.contract.desk import Desk, Known
from tests.document import document
from tests.permissions.cells import Line
from tests.permissions.matrix import ROUTES, Who
from tests.serving import Serving, running_server

ROLES = (Who.OWNER, Who.MEMBER, Who.ANONYMOUS)
EXAMPLES = 18
NOT_REACHED = {"set_up"}
"""It succeeds only while nobody owns the organisation."""

# Left out: that everything is accepted that the document allows. It cannot say all rules of a text, a name, an address.
AS_DOCUMENTED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]


def list_operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(document())
    schema.config.generation.update(with_security_parameters=False)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


OPERATIONS = [*list_operations()]


def name_of(operation: Any) -> str:
    return str(operation.definition.raw["operationId"])


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with running_server() as serving, pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections, "LONGEST_POLL", 0.01)
        yield serving


@pytest.fixture(scope="module")
def desk(serving: Serving) -> Iterator[Desk]:
    desk = Desk(serving)
    yield desk
    desk.close()


def rows_of(operation: Any) -> list[str]:
    """How the permission matrix asks for it."""
    lines = ((row, Line.of(row)) for row in ROUTES)
    method = operation.method.upper()
    return [
        row for row, line in lines if line.method == method and line.parameters_of(operation.path) is not None
    ]


def requests_of(operation: Any) -> st.SearchStrategy[tuple[Known, Case[Any]]]:
    """What the document allows; what it does not; and what it does not at an address that is right."""
    allowed = operation.as_strategy(GenerationMode.POSITIVE)
    kinds = [
        st.tuples(st.just(Known.ALL), allowed),
        st.tuples(st.sampled_from([Known.ADDRESS, Known.NOTHING]), allowed),
    ]
    takes_more = operation.body or operation.query
    if takes_more or operation.path_parameters:
        kinds.append(st.tuples(st.just(Known.NOTHING), operation.as_strategy(GenerationMode.NEGATIVE)))
    if takes_more:
        right = {parameter.name: 1 for parameter in operation.path_parameters}
        wrong = operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=right)
        kinds.append(st.tuples(st.just(Known.ADDRESS), wrong))
    return st.one_of(kinds)


@pytest.mark.parametrize("operation", OPERATIONS, ids=name_of)
def test_every_answer_is_as_documented_and_asking_in_earnest_succeeds(desk: Desk, operation: Any) -> None:
    reached = set[int]()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(
        who=st.sampled_from(ROLES), row=st.sampled_from(rows_of(operation)), request=requests_of(operation)
    )
    def ask(who: Who, row: str, request: tuple[Known, Case[Any]]) -> None:
        known, case = request
        response = desk.ask(case, who, row, known)
        case.validate_response(response, checks=AS_DOCUMENTED)
        reached.add(response.status_code)

    ask()
    assert any(status < 300 for status in reached) != (name_of(operation) in NOT_REACHED), reached


def test_nine_operations_in_ten_are_reached() -> None:
    assert {name_of(operation) for operation in OPERATIONS} >= NOT_REACHED
    assert len(NOT_REACHED) <= len(OPERATIONS) / 10
