"""Whatever is sent, the doors keep to their own description: no defect, no undocumented status, no other content."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from assistant.server.run import RunningServer

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOORS = (
    "POST /api/ask",
    "GET /api/documents",
    "GET /api/clauses/{clause_id}",
    "GET /api/targets",
    "GET /v1/models",
    "GET /v1/models/{name}",
    "POST /v1/chat/completions",
    "GET /healthz",
    "GET /metrics",
)
TAKING = ("POST /api/ask", "POST /v1/chat/completions", "GET /api/targets")
"""Those that take what could be wrong."""


@pytest.fixture(scope="module")
def described(server: RunningServer) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{server.address}openapi.json")


def test_every_door_is_tried(described: schemathesis.BaseSchema) -> None:
    operations = [result.ok() for result in described.get_all_operations()]
    assert {f"{one.method.upper()} {one.path}" for one in operations} == set(DOORS)


CASES = [
    *((door, GenerationMode.POSITIVE) for door in DOORS),
    *((door, GenerationMode.NEGATIVE) for door in TAKING),
]


@pytest.mark.parametrize(("door", "mode"), CASES)
def test_every_door_keeps_to_its_description(
    described: schemathesis.BaseSchema, door: str, mode: GenerationMode
) -> None:
    method, path = door.split(" ")
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def keeps(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS if mode is GenerationMode.POSITIVE else [*CHECKS, negative_data_rejection])

    keeps()
