"""The documentation page of the API, made from its OpenAPI description."""

from collections.abc import Mapping
from typing import Any


def documentation(description: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the documentation page shows: every operation with its parameters and answers, every schema."""
    schemas = description.get("components", {}).get("schemas", {})
    operations = [
        _operation(method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return {
        "version": description["info"]["version"],
        "operations": operations,
        "schemas": [_schema(name, schema) for name, schema in sorted(schemas.items()) if "Validation" not in name],
    }


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": operation["operationId"].replace("_", "-"),
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", "").replace("`", ""),
        "parameters": [_parameter(one) for one in operation.get("parameters", [])],
        "answers": [_answer(status, one) for status, one in operation.get("responses", {}).items()],
    }


def _parameter(parameter: Mapping[str, Any]) -> dict[str, str]:
    schema = parameter["schema"]
    return {
        "name": parameter["name"],
        "type": type_of(schema),
        "default": str(schema.get("default", "")),
        "description": parameter.get("description", ""),
        "required": parameter.get("required", False),
    }


def _answer(status: str, answer: Mapping[str, Any]) -> dict[str, str]:
    content = answer.get("content", {}).get("application/json", {})
    return {"status": status, "type": type_of(content.get("schema", {})), "description": answer.get("description", "")}


def _schema(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {
        "name": _readable(name),
        "description": schema.get("description", "").replace("`", ""),
        "values": schema.get("enum", []),
        "properties": [
            {"name": key, "type": type_of(one), "description": one.get("description", "").replace("`", "")}
            for key, one in properties.items()
        ],
    }


def _readable(name: str) -> str:
    """Write the name of a generic type as its author did: "Page of ProgrammeOut"."""
    outer, _, inner = name.rstrip("_").partition("_")
    return f"{outer} of {inner}" if inner else outer


def type_of(schema: Mapping[str, Any]) -> str:
    """Name the type of a schema: "integer", "list of TrackOut", "string (date) or null"."""
    if "$ref" in schema:
        return _readable(str(schema["$ref"]).rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    kind = str(schema.get("type", ""))
    return f"{kind} ({schema['format']})" if "format" in schema else kind
