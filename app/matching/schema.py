"""The JSON Schemas (2020-12) of the pairing file format, made from ``json_types``."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue

from app.matching.json_types import ClashJson, ProblemJson, SolutionJson

Schema = dict[str, Any]

FOLDER: Final = Path(__file__).resolve().parent.parent / "data" / "schemas"
"""Where the schemas are shipped; ``scripts/documents.py`` writes them."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TYPES: Final[Mapping[str, type]] = {
    "tandem-pairing-1": ProblemJson,
    "tandem-pairing-solution-1": SolutionJson,
    "tandem-pairing-clash-1": ClashJson,
}
_MATRICES: Final = ("left_points", "right_points")


class _Strict(GenerateJsonSchema):
    """Schemas that refuse fields with other names, and name no type twice."""

    def typed_dict_schema(self, schema: Any) -> JsonSchemaValue:  # noqa: ANN401 - a core schema
        """Describe an object, closed."""
        return {**super().typed_dict_schema(schema), "additionalProperties": False}

    def get_title_from_name(self, name: str) -> str:
        """Give no title to a field: its name says it."""
        return name

    def generate(self, schema: Any, mode: JsonSchemaMode = "validation") -> JsonSchemaValue:  # noqa: ANN401
        """Describe the whole, with the dialect on top."""
        return {"$schema": DIALECT, **_without_titles(super().generate(schema, mode))}


def _without_titles(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Leave the title of the outermost type only; a field may be called so, hence the look at what a title is."""
    if isinstance(schema, dict):
        return {
            name: _without_titles(part)
            for name, part in schema.items()
            if not (name == "title" and isinstance(part, str))
        }
    return [_without_titles(part) for part in schema] if isinstance(schema, list) else schema


def schema_of(name: str) -> Schema:
    """Return one schema by the name of its file, without ``.json``."""
    schema = TypeAdapter(TYPES[name]).json_schema(schema_generator=_Strict)
    if name != "tandem-pairing-1":
        return schema
    either = {"oneOf": [{"required": ["points"]}, {"required": ["pairs"]}]}
    return schema | either | {"dependentRequired": {matrix: ["points"] for matrix in _MATRICES}}


def schema_text(name: str) -> str:
    """Return one schema as its file has it."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


def inlined(schema: Schema) -> Schema:
    """Return a schema with its definitions where they are used, to stand inside another document."""
    definitions = schema.get("$defs", {})

    def put(part: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(part, list):
            return [put(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            own = {name: value for name, value in part.items() if name != "$ref"}
            return put(definitions[part["$ref"].rpartition("/")[2]]) | own
        return {name: put(value) for name, value in part.items()}

    whole: Schema = put({name: part for name, part in schema.items() if name not in ("$defs", "$schema")})
    return whole
