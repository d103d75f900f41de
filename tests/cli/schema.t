#!/bin/sh
# man/schema holds what the tool checks: the files are the tool's own words,
# every record of the sample company is valid by them, and whatever is wrong
# with a record is wrong for both.
. "$(dirname "$0")/lib.sh"

company=$ROOT/examples/company
schemas=$ROOT/man/schema
good=$ROOT/tests/data/record/good.jsonl
cd "$TMP" || exit 1

types=$(tai-ingest schema)
is "every type has a schema, and none is left over" \
    "$(ls "$schemas")" "$(for t in $types; do echo "$t.json"; done | sort)"
for t in $types; do
	tai-ingest schema "$t" | jq . >made.json
	same "$t: the file is what the tool says" made.json "$schemas/$t.json"
done
status "a type that there is not" 64 tai-ingest schema nothing

tai-ingest records "$good" >passed.jsonl
same "good records pass as they are" passed.jsonl "$good"
is "there is a good record of every type but what is computed" \
    "$(jq -r .type "$good" | sort -u)" \
    "$(for t in $types; do echo "$t"; done | grep -vxE 'clock|uptime|score' |
	sort)"

TAI_RULES=$company/rules:$ROOT/rules
TAI_NOW=2026-02-27T17:00:00-08:00
export TAI_RULES TAI_NOW
{
	tai-ingest mbox "$company/mail/support.mbox"
	cat "$company/desk.jsonl" "$company/incidents.jsonl" \
	    "$company/answers.jsonl" "$company/uptime.jsonl"
} | tai-triage | tai-sla >pipe.jsonl
tai-csat score --json pipe.jsonl >>pipe.jsonl
tai-credit compute --only --now 2026-03-02T09:00:00-08:00 \
    "$company/uptime.jsonl" >>pipe.jsonl
tai-ingest records pipe.jsonl >passed.jsonl
same "the sample company's records pass as they are" passed.jsonl pipe.jsonl

if ! python3 -c 'import jsonschema' 2>/dev/null; then
	skip "records against the schemas" "no python3-jsonschema"
	done_testing
	exit
fi
check() {
	PYTHONWARNINGS=ignore python3 "$ROOT/tests/cli/schema.py" "$@"
}
against() {
	check "$1" "$schemas" <"$2"
}
ok "good records are valid" against valid "$good"
ok "the sample company's records are valid" against valid pipe.jsonl

jq -c 'select(.type == "clock" or .type == "uptime" or .type == "score")' \
    pipe.jsonl | awk -F'"type":' '!seen[substr($2, 1, 8)]++' |
    cat "$good" - >seeds.jsonl
check mutants <seeds.jsonl >mutants.jsonl
tai-ingest records --reject rejects.jsonl mutants.jsonl >passed.jsonl
is "some mutants are refused" $? 65
ok "the tool and the schemas agree on every mutant" \
    check agree "$schemas" mutants.jsonl passed.jsonl
# A test that cannot fail is none: both kinds are there in numbers.
ok "hundreds pass, hundreds do not" test "$(wc -l <passed.jsonl)" -gt 300 \
    -a "$(wc -l <rejects.jsonl)" -gt 300
done_testing
