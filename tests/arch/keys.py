# SPDX-License-Identifier: MIT
"""keys.py: every key of docs/report.schema.json stands in docs/metrics.md, in
code; the reasons of refusal, in docs/wire-format.md.  Prints those that do not.
"""
import json
import re

SCHEMA = json.load(open("docs/report.schema.json", encoding="utf-8"))


def words(doc):
    code = re.findall(r"`([^`\n]+)`", open(doc, encoding="utf-8").read())
    return set(re.findall("[a-z0-9_]+", " ".join(code)))


def keys(schema, path=""):
    if "$ref" in schema:
        target = SCHEMA
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        yield from keys(target, path)
    for key, child in schema.get("properties", {}).items():
        yield key, path + "." + key
        yield from keys(child, path + "." + key)
    if isinstance(schema.get("items"), dict):
        yield from keys(schema["items"], path + "[]")
    for choice in ("anyOf", "oneOf", "allOf"):
        for child in schema.get(choice, []):
            yield from keys(child, path)


metrics, wire = words("docs/metrics.md"), words("docs/wire-format.md")
found = dict((path, key) for key, path in keys(SCHEMA))
for path, key in found.items():
    refusal = path.startswith(".datagrams.drops.")
    if not ("drop_" + key in wire if refusal else key in metrics):
        print(path[1:])
if len(found) < 200:
    print("only", len(found), "keys")
