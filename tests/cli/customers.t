#!/bin/sh
# Whom we serve: what is wrong with the files is told by file and line.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
TAI_NOW=2026-02-02T12:00:00Z
TAI_RULES=$TMP/own:$ROOT/rules
export TAI_NOW TAI_RULES
mkdir own
head='customer,name,tier,domains,addresses,zone,since,until'

due() { tai-desk list --json </dev/null; }
# told NAME ERE LINE...: rows that are told, with status 78
told() {
	told_name=$1
	told_ere=$2
	shift 2
	{ echo "$head"; printf '%s\n' "$@"; } >own/customers.csv
	due >out 2>err
	is "$told_name: 78" $? 78
	like "$told_name" "$(cat err)" "own/customers.csv:$told_ere\$"
}
{ echo "$head"
  echo 'acme,Acme,starter,acme.example;acme.test,,Europe/Berlin,2025-01-01,'
  echo 'acme,Acme,enterprise,acme.example,boss@mail.example,,2026-01-01,'
} >own/customers.csv
status "a good file" 0 due
golden="2: there is no tier 'golden' in sla.yaml, the default 'starter' is taken"
told "a tier that there is not" "$golden" 'acme,Acme,golden,acme.example,,,,'
mail='{"v":1,"type":"message","id":"M1","at":"2026-02-02T11:00:00Z","ticket":"BBBBBBBBBBBB","customer":"acme","channel":"email","direction":"in","role":"customer","from":{"address":"x@acme.example"},"subject":"s","text":"This is urgent, please help!"}'
for run in "tai-triage" "tai-ingest mbox" "tai-ingest lint"; do
	case $run in
	tai-triage) echo "$mail" ;;
	esac | $run >out 2>err
	is "$run tells of it: 78" $? 78
	is "$run: in one line" "$(sed "s/^[a-z-]*: //; s/.*own/own/" err)" \
	    "own/customers.csv:$golden"
done
is "and rules see the default" "$(echo "$mail" | tai-triage explain --json \
    BBBBBBBBBBBB - 2>/dev/null | jq -r '.asked[].facts' |
    grep -o 'tier [a-z]*' | sort -u)" "tier starter"
is "its customer's tickets have the default's clocks" "$(printf '%s%s%s\n' \
    '{"type":"message","id":"M1","at":"2026-03-02T18:00:00Z","ticket":' \
    '"BBBBBBBBBBBB","customer":"acme","channel":"email","direction":"in",' \
    '"role":"customer","from":{},"subject":"s","text":"x","auto":"none"}' |
    tai-sla clock --only --now 2026-03-02T19:00:00Z 2>/dev/null |
    jq -r '[.tier, .flags[0]] | join(" ")' | uniq)" "starter default_tier"
told "a domain that is none" "2: 'acme' is not a domain" \
    'acme,Acme,starter,acme,,,,'
told "an address as a domain" "2: 'kim@acme.example' is not a domain" \
    'acme,Acme,starter,kim@acme.example,,,,'
told "a domain as an address" "2: 'acme.example' is not an address" \
    'acme,Acme,starter,,acme.example,,,'
told "a domain of two" "3: acme.example is also acme's" \
    'acme,Acme,starter,acme.example,,,,' 'ajax,Ajax,starter,acme.example,,,,'
told "an address of two" "3: k@mail.example is also acme's" \
    'acme,Acme,starter,,k@mail.example,,,' \
    'ajax,Ajax,starter,,k@mail.example,,,'
told "a zone that there is not" "2: there is no zone 'Mars/Base'" \
    'acme,Acme,starter,,,Mars/Base,,'
told "an end before the beginning" "2: until is not after since" \
    'acme,Acme,starter,,,,2026-01-01,2025-01-01'
head='customer,name,tier,domain' told "an unknown column" \
    "1: customers have no column 'domain'" 'acme,Acme,starter,acme.example'
: >own/customers.csv
status "an empty file is a matter of configuration" 78 due
rm own/customers.csv
sed 's/^default_tier:.*/default_tier: golden/' "$ROOT/rules/org.yaml" \
    >own/org.yaml
due 2>err
like "a default tier that there is not" "$(cat err)" \
    "own/org.yaml:[0-9]*: default_tier 'golden' is no tier of sla.yaml\$"
rm own/org.yaml

cat >own/customers.yaml <<'YAML'
- customer: acme
  name: Acme
  tier: enterprise
  domains: [acme.example, acme.test]
  addresses: [boss@mail.example]
- customer: ajax
  domains: ajax.example
YAML
found() {
	printf 'From: %s\nMessage-ID: <1@x>\nSubject: x\n\nx\n' "$1" |
	    tai-ingest mail | jq -r .customer
}
is "customers.yaml: by domain" "$(found kim@acme.test)" acme
is "by address" "$(found boss@mail.example)" acme
is "by a domain that is no list" "$(found x@ajax.example)" ajax
echo '- {customer: x, domain: x.example}' >>own/customers.yaml
due 2>err
like "an unknown key" "$(cat err)" 'own/customers.yaml:8: '
rm own/customers.yaml

# A date is the first moment of the day where the customer is.
cat >own/customers.csv <<'EOF'
customer,tier,zone,since,until
tokyo,enterprise,Asia/Tokyo,2026-01-10,2026-03-01
here,enterprise,,2026-02-28,
EOF
served() { # MONTH: of whom, from when to when
	tai-sla uptime --month "$1" --now 2026-04-05T00:00:00Z --json \
	    </dev/null | jq -r 'select(.customer != "") |
	    [.customer, .from, .to] | join(" ")' | sort
}
is "who comes and goes by local days" "$(served 2026-02)" \
    "here 2026-02-28T08:00:00Z 2026-03-01T08:00:00Z
tokyo 2026-01-31T15:00:00Z 2026-02-28T15:00:00Z"
is "and is gone then" "$(served 2026-03 | cut -d ' ' -f 1)" here
done_testing
