"""The OpenAPI file of the desk, made from the table of routes and the models of bodies: it cannot say anything else than they do."""

import re
from collections.abc import Iterable
from typing import Any, Final

BASE: Final = "/desk/api"
_PLACE: Final = re.compile(r"\{(\w+)\}")
_REFUSALS: Final = ("400", "401", "403", "404", "409", "413", "422", "429", "503")
_ID: Final = {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": 64}
_OWN: Final = {"name": "X-Amanet-Desk", "in": "header", "required": True, "schema": {"type": "string", "enum": ["1"]}}
_REFUSED: Final = {
    "description": "A refusal.",
    "content": {
        "application/json": {"schema": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}}
    },
}


def described(routes: Iterable[Any]) -> dict[str, Any]:
    """Describe a table of routes."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(BASE + route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Amanet: the desk", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "amanet_desk"}},
        },
    }


def _operation(route: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _ID if name.endswith("_id") else _TEXT}
        for name in _PLACE.findall(route.path)
    ]
    parameters += [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in route.query]
    said: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{re.sub(r'[^a-z0-9]+', '_', route.path.lower())}",
        "summary": (route.handler.__doc__ or "").strip().partition("\n")[0],
        "x-who": sorted(route.who),
        "parameters": parameters,
        "security": [] if "anyone" in route.who else [{"session": []}],
        "responses": {"200": {"description": "Done."}} | dict.fromkeys(_REFUSALS, _REFUSED),
    }
    if route.method == "POST":
        parameters.append(_OWN)
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(route.body, schemas)}}}
    return said


def _schema(model: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    if model is None:
        return {"type": "object"}
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
    return {"$ref": f"#/components/schemas/{model.__name__}"}
