# SPDX-License-Identifier: MIT
"""schema.py SCHEMA REPORT [EXAMPLE]: a report is as docs/report.schema.json says.

A real report must have every key of the schema and no other; an EXAMPLE may
leave some out.  Then the schema must notice: each value of the report is in turn
replaced by one of a wrong type.  Prints nothing if all is so.  Exit 77: no
validator here.
"""
import copy
import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)


def resolve(schema, node):
    while "$ref" in node:
        node = schema["definitions"][node["$ref"].rsplit("/", 1)[1]]
    return node


def closed(node):
    """The same schema, where nothing may be absent or added."""
    if isinstance(node, list):
        return [closed(x) for x in node]
    if not isinstance(node, dict):
        return node
    out = {k: closed(v) for k, v in node.items()}
    if isinstance(node.get("properties"), dict) and "type" in node:
        out["required"] = sorted(node["properties"])
        out["additionalProperties"] = False
    return out


def paths(value, at=()):
    yield at
    items = (value.items() if isinstance(value, dict) else
             enumerate(value[:1]) if isinstance(value, list) else ())
    for key, child in items:
        yield from paths(child, at + (key,))


def wrong(report, path):
    """The report, with something at path that no place admits."""
    if not path:
        return [report]
    out = copy.deepcopy(report)
    node = out
    for key in path[:-1]:
        node = node[key]
    # Settings take any plain value; nothing takes a list of lists.
    node[path[-1]] = [[True]]
    return out


def main():
    schema = json.load(open(sys.argv[1], encoding="utf-8"))
    report = json.load(open(sys.argv[2], encoding="utf-8"))
    kind = jsonschema.Draft7Validator
    kind.check_schema(schema)
    validator = kind(schema if len(sys.argv) > 3 else closed(schema))
    for error in validator.iter_errors(report):
        print("/".join(map(str, error.absolute_path)), error.message[:200])
    for path in paths(report):
        if kind(schema).is_valid(wrong(report, path)):
            print("the schema admits anything at", "/".join(map(str, path)))


main()
