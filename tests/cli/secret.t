#!/bin/sh
# A customer's secret stays in the store: masked wherever it would leave it.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
TAI_NOW=2026-02-02T12:00:00Z
COLUMNS=200
export TAI_NOW COLUMNS
secret=Xk9mQ2v7

cat >mail <<TXT
From kim@acme.example Mon Feb  2 09:00:00 2026
From: Kim <kim@acme.example>
To: support@tai.example
Subject: login fails, password: $secret
Date: Mon, 2 Feb 2026 09:00:00 +0000
Message-ID: <1@acme.example>

The import does not start. My password is $secret

On Sun, 1 Feb 2026, Mira wrote:
> What is the password?
> pwd: $secret
TXT
tai-ingest mbox mail >mail.jsonl
is "ingest flags the message" "$(jq -c .flags mail.jsonl)" '["secret"]'
like "the record itself has it all" "$(jq -r .text mail.jsonl)" "$secret"
sed "s/$secret/forgotten/; s/password is/password was/" mail >clean
is "no flag without a secret" "$(tai-ingest mbox clean | jq -c .flags)" null

export TAI_DB="$TMP/s.db"
tai-ingest mbox mail >/dev/null
tai-triage --pending >/dev/null

# hidden NAME COMMAND...: masks, and with --no-redact does not
hidden() {
	hidden_name=$1
	shift
	"$@" >out 2>err
	ok "$hidden_name: works" test ! -s err
	is "$hidden_name: masked" "$(grep -c "$secret" out)" 0
	like "$hidden_name: the mask is there" "$(cat out)" \
	    '\[secret: password\]'
	"$@" --no-redact >out
	like "$hidden_name: --no-redact shows it" "$(cat out)" "$secret"
}
hidden "list" tai-desk list --table
hidden "list --json" tai-desk list --json
hidden "show" tai-desk show 1
hidden "show --full" tai-desk show --full 1
hidden "show --json" tai-desk show --json 1
hidden "search" tai-desk search --table import
hidden "search --json" tai-desk search --json import
hidden "report --text" tai-report daily --text
hidden "report --html" tai-report daily --html
hidden "report --json" tai-report daily --json
hidden "sla explain" tai-sla explain 1
hidden "triage explain" tai-triage explain 1

text=$(tai-desk show --json 1 | jq -r 'select(.type == "message")
    | .quoted[0] as $q | .text[$q[0]:$q[1]]' | head -n 1)
like "quotes lie where they lay" "$text" '^On Sun'
is "the log is the backup: nothing is masked" \
    "$(tai-desk log --type message | grep -c "$secret")" 1

# -- what goes out

mkdir rules
cat >sendmail <<TXT
#!/bin/sh
exec cat >$TMP/sent
TXT
chmod +x sendmail
sed "s|/usr/sbin/sendmail|$TMP/sendmail|" "$ROOT/rules/send.yaml" \
    >rules/send.yaml
cat >notice.jsonl <<TXT
{"v":1,"type":"notice","id":"N1","at":"2026-02-02T11:00:00Z","channel":"email","to":["cto@tai.example"],"subject":"pw: $secret","text":"he wrote: password: $secret","key":"k","message_id":"n1@tai.example"}
TXT
tai-ingest records notice.jsonl >/dev/null
TAI_RULES=$TMP/rules:$TAI_RULES tai-send run >/dev/null 2>&1
is "a notice is masked" "$(grep -c "$secret" sent)" 0
like "and sent" "$(cat sent)" 'secret: password'

# -- the rules

is "no findings in ours" "$(tai-ingest lint)" ""
cat >rules/secrets.yaml <<TXT
secrets:
  - name: house key
    pattern: 'hk-[0-9]{4}'
    secret: [hk-1234, hk-12]
    no_secret: [hk-9999]
  - name: other key
    pattern: 'ok-[0-9]{4}'
TXT
findings() {
	TAI_RULES=$TMP/rules:$TAI_RULES tai-ingest lint
}
is "lint names what is wrong" "$(findings)" "\
$TMP/rules/secrets.yaml:4: the example is not found
$TMP/rules/secrets.yaml:5: what is no secret is found
$TMP/rules/secrets.yaml:6: a secret without an example"
status "and says so" 1 findings
echo 'secrets: [{name: a, pattern: "("}]' >rules/secrets.yaml
status "a pattern that is none" 78 findings
mkdir own
cp "$ROOT"/rules/*.yaml own
rm own/secrets.yaml
is "rules without the file mask all the same" \
    "$(tai-desk list --json -r own | grep -c "$secret")" 0
done_testing
