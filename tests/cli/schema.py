"""The JSON Schemas against records, and against what the tool accepts.

    schema.py valid SCHEMAS < records        each is valid by its type's schema
    schema.py mutants < records > mutants    each field missing, wrong, odd
    schema.py agree SCHEMAS MUTANTS PASSED   valid = passed, one by one
"""
import copy
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

WRONG = [None, True, 0, -1, 101, 2 ** 62, 1.5, "", "x", "1", "2026-13",
         "2026-01", "2026-01-32T00:00:00Z", "1969-12-31T23:59:59Z",
         "2026-01-15T14:47:00Z", "2101-01-01T00:00:00Z", "in", "open", "P1",
         "AAAAAAAAAAAA", "AAAAAAAAAAA", "UAAAAAAAAAAA", "usd", "USD", "1.2.3",
         "a" * 70, [], [1], ["x"], [[1, 2]], [[1]], [[1, -2]], [["x", 1]],
         [{}], [{"address": 3}], [{"amount": "x"}], {}, {"address": []},
         {"name": 1}, {"method": ""}, {"level": "x"}]


def validators(folder):
    out = {}
    for path in Path(folder).glob("*.json"):
        schema = json.loads(path.read_text())
        Draft202012Validator.check_schema(schema)
        out[path.stem] = Draft202012Validator(schema)
    return out


def error_of(known, record):
    """Why the record is not valid, or None."""
    kind = record.get("type")
    use = known.get(kind if isinstance(kind, str) else None)
    use = use or known["note"].evolve(schema=known["note"].schema["allOf"][0])
    for error in use.iter_errors(record):
        return f"{list(error.path)}: {error.message[:100]}"
    return None


def mutants(record):
    for name in record:
        gone = copy.deepcopy(record)
        del gone[name]
        yield gone
        if name == "type":
            continue
        for value in WRONG:
            yield {**record, name: value}
        if isinstance(record[name], dict):
            for inner in record[name]:
                for value in WRONG:
                    yield {**record, name: {**record[name], inner: value}}
        if isinstance(record[name], list) and record[name]:
            for value in WRONG:
                yield {**record, name: record[name] + [value]}


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def main():
    what, *args = sys.argv[1:]
    bad = n = 0
    if what == "mutants":
        for line in sys.stdin:
            for mutant in mutants(json.loads(line)):
                n += 1
                print(json.dumps({**mutant, "mutant": n}))
        return 0
    known = validators(args[0])
    if what == "valid":
        for line in sys.stdin:
            n += 1
            why = error_of(known, json.loads(line))
            if why:
                bad += 1
                print(f"{line[:120]}\n  {why}")
    else:
        passed = {r["mutant"] for r in lines(args[2])}
        for mutant in lines(args[1]):
            n += 1
            why = error_of(known, mutant)
            if (why is None) != (mutant["mutant"] in passed):
                bad += 1
                print(f"schema: {why or 'valid'}, tool: the other\n"
                      f"  {json.dumps(mutant)[:400]}")
    print(f"{n} records, {bad} bad")
    return bad > 0 or n == 0


sys.exit(main())
