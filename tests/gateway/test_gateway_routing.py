"""Requests find their service by the merged document."""

import pytest

from entente_gateway.routing.domain import RouteConflictError, Routes
from entente_gateway.routing.merging import MergeConflictError, merge


def operation(service: str) -> dict[str, str]:
    return {"x-entente-service": service}


ROUTES = Routes(
    {
        "paths": {
            "/v1/me": {"get": operation("gateway")},
            "/v1/partnerships/{partnership_id}/allocations/current": {"get": operation("resources")},
            "/v1/partnerships/{partnership_id}/allocations/{allocation_id}": {"get": operation("kpi")},
            "/v1/partnerships/{partnership_id}/{anything}/current/deep": {"get": operation("conflicts")},
            "/v1/partnerships/{partnership_id}/kpis": {
                "get": operation("kpi"),
                "post": operation("kpi"),
                "summary": "x",
            },
        }
    }
)


def target(path: str, method: str = "GET"):
    found = ROUTES.find(path)
    return found and found[method]


def test_a_path_leads_to_its_service_by_method():
    assert target("/v1/me").service == "gateway"
    assert set(ROUTES.find("/v1/partnerships/p/kpis")) == {"GET", "POST"}


def test_a_literal_segment_wins_over_a_parameter_and_gives_way_where_it_leads_nowhere():
    assert target("/v1/partnerships/p/allocations/current").service == "resources"
    assert target("/v1/partnerships/p/allocations/other").service == "kpi"
    assert target("/v1/partnerships/p/allocations/current/deep").service == "conflicts"


def test_the_partnership_is_read_from_its_segment():
    assert target("/v1/partnerships/42/kpis").partnership("/v1/partnerships/42/kpis") == "42"
    assert target("/v1/me").partnership("/v1/me") is None


@pytest.mark.parametrize(
    "path",
    [
        "/", "", "/v1", "/v1/me/", "/v1/me/more", "/v1//me", "/v2/me", "/V1/me", "/v1/partnerships/p",
        "/v1/partnerships//kpis", "/v1/partnerships/../kpis", "/v1/partnerships/./kpis", "/v1/partnerships/a%2Fb/kpis",
        "/v1/partnerships/%2e%2e/kpis", "/v1/partnerships/a%5cb/kpis", "/v1/partnerships/a%00/kpis", "/v1/{anything}",
    ],
)  # fmt: skip
def test_other_paths_lead_nowhere(path):
    assert ROUTES.find(path) is None


def test_an_encoded_segment_stays_one_segment():
    assert target("/v1/partnerships/a%20b/kpis").path == "/v1/partnerships/{partnership_id}/kpis"


def test_two_services_cannot_claim_one_operation():
    paths = {"/v1/x/{one}": {"get": operation("kpi")}, "/v1/x/{other}": {"get": operation("resources")}}
    with pytest.raises(RouteConflictError, match="claimed by kpi and by resources"):
        Routes({"paths": paths})


def document(path: str, operation_id: str, schemas: dict | None = None, method: str = "get") -> dict:
    reference = {"schema": {"$ref": "#/components/schemas/Thing"}}
    return {
        "openapi": "3.1.0",
        "paths": {
            path: {method: {"operationId": operation_id, "responses": {"200": {"content": {"json": reference}}}}}
        },
        "components": {"schemas": schemas or {}},
    }


def test_merged_operations_say_whose_they_are_and_what_the_proxy_adds():
    merged = merge({"kpi": document("/v1/a", "a", method="post"), "resources": document("/v1/b", "b")})
    post = merged["paths"]["/v1/a"]["post"]
    assert post["x-entente-service"] == "kpi"
    assert {"200", "502", "504"} == set(post["responses"])
    assert [item["$ref"].split("/")[-1] for item in post["parameters"]] == ["ConsistencyToken", "IdempotencyKey"]
    assert [item["$ref"].split("/")[-1] for item in merged["paths"]["/v1/b"]["get"]["parameters"]] == [
        "ConsistencyToken"
    ]
    assert Routes(merged).find("/v1/b")["GET"].service == "resources"


def test_equal_schemas_are_shared_and_different_ones_renamed_with_their_references():
    same, other = {"type": "string"}, {"type": "object", "properties": {"one": {"$ref": "#/components/schemas/Thing"}}}
    other["discriminator"] = {"mapping": {"thing": "#/components/schemas/Thing", "elsewhere": "http://else.where"}}
    shared = merge(
        {"kpi": document("/v1/a", "a", {"Thing": same}), "resources": document("/v1/b", "b", {"Thing": same})}
    )
    assert list(shared["components"]["schemas"]) == ["Thing"]
    apart = merge(
        {"kpi": document("/v1/a", "a", {"Thing": same}), "resources": document("/v1/b", "b", {"Thing": other})}
    )
    schemas = apart["components"]["schemas"]
    assert set(schemas) == {"KpiThing", "ResourcesThing"}
    assert schemas["ResourcesThing"]["properties"]["one"]["$ref"].endswith("/ResourcesThing")
    assert schemas["ResourcesThing"]["discriminator"]["mapping"]["thing"].endswith("/ResourcesThing")
    response = apart["paths"]["/v1/a"]["get"]["responses"]["200"]["content"]["json"]["schema"]["$ref"]
    assert response.endswith("/KpiThing")


def test_documents_that_contradict_each_other_are_refused():
    with pytest.raises(MergeConflictError, match="GET /v1/a is claimed twice"):
        merge({"kpi": document("/v1/a", "a"), "resources": document("/v1/a", "b")})
    with pytest.raises(MergeConflictError, match="operation id a is used twice"):
        merge({"kpi": document("/v1/a", "a"), "resources": document("/v1/b", "a")})


def test_what_a_document_says_itself_is_left_as_it_is():
    own = document("/v1/a", "a", {"Thing": {"properties": {"other": {"$ref": "#/components/parameters/x"}}}}, "post")
    operation = own["paths"]["/v1/a"]["post"]
    operation["responses"]["502"] = {"description": "mine"}
    operation["parameters"] = [{"name": "Idempotency-Key", "in": "header"}]
    own["paths"]["/v1/a"]["summary"] = "about a"
    item = merge({"kpi": own, "resources": document("/v1/b", "b", {"Thing": {"mapping": {"a": 1}}})})["paths"]["/v1/a"]
    assert item["summary"] == "about a"
    assert item["post"]["responses"]["502"] == {"description": "mine"}
    assert item["post"]["parameters"] == [
        {"name": "Idempotency-Key", "in": "header"},
        {"$ref": "#/components/parameters/ConsistencyToken"},
    ]


def test_tags_are_kept_once():
    one, two = document("/v1/a", "a"), document("/v1/b", "b")
    one["tags"] = two["tags"] = [{"name": "keys"}]
    assert merge({"kpi": one, "resources": two})["tags"] == [{"name": "keys"}]
