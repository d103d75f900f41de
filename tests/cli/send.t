#!/bin/sh
# tai-send: what is in the outbox goes out once, and everything else is told.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
TAI_NOW=2026-01-15T15:00:00Z
export TAI_NOW

mkdir rules mail
cat >sendmail <<'EOF'
#!/bin/sh
# Keeps each mail with its arguments; ends with what the file "status" says.
n=$(mktemp "$OUT/mail.XXXXXX") || exit 75
{ printf '%s\n' "ARGS $*"; cat; } >"$n"
[ -e "$OUT/status" ] || exit 0
echo "5.1.1 no such user" >&2
exit "$(cat "$OUT/status")"
EOF
chmod +x sendmail
OUT=$TMP/mail
export OUT
sed "s|/usr/sbin/sendmail|$TMP/sendmail|" "$ROOT/rules/send.yaml" \
    >rules/send.yaml
TAI_RULES=$TMP/rules:$ROOT/rules
export TAI_RULES

message() { # ID AUTO AT
	printf '{"v":1,"type":"message","id":"%s","at":"%s",' "$1" "$3"
	printf '"ticket":"K7Q2M9X4T8WN","channel":"email","direction":"in",'
	printf '"from":{"address":"ana@acme.example"},"role":"customer",'
	printf '"subject":"it fails","text":"help","auto":"%s",' "$2"
	printf '"message_id":"%s@acme.example"}\n' "$1"
}
reply() { # ID MESSAGE AUTO [FIELDS]
	printf '{"v":1,"type":"reply","id":"%s","at":"2026-01-15T14:50:00Z",' "$1"
	printf '"ticket":"K7Q2M9X4T8WN","message":"%s","auto":%s,' "$2" "$3"
	printf '"to":["ana@acme.example"],"subject":"Re: it fails",'
	printf '"text":"Hello","message_id":"%s@tai.example",' "$1"
	printf '"in_reply_to":"%s@acme.example"%s}\n' "$2" "${4:-}"
}
put() { tai-ingest records -d s.db >/dev/null; }
field() { tai-send list --all --json -d s.db | jq -r "select(.id==\"$1\").$2"; }
mails() { find mail -name 'mail.*' | wc -l; }
fresh() { rm -rf s.db s.db-* mail/*; message M1 none 2026-01-15T14:47:00Z | put; }

# the way of one letter
fresh
reply R1 M1 false | put
is "it waits" "$(field R1 state)" queued
like "-n shows what would go" "$(tai-send -n -d s.db)" '^Subject: Re: it fails$'
is "and sends nothing" "$(mails)" 0
ok "it goes" tai-send -d s.db
is "once" "$(mails)" 1
is "with the sender and the recipient as arguments" "$(grep -h ^ARGS mail/*)" \
    "ARGS -i -f support@tai.example -- ana@acme.example"
for header in 'From: TAI <support@tai.example>' 'To: ana@acme.example' \
    'Subject: Re: it fails' 'Message-ID: <R1@tai.example>' \
    'In-Reply-To: <M1@acme.example>'; do
	ok "header $header" grep -qxF "$header" mail/mail.*
done
ok "a person's answer is not marked as automatic" \
    test -z "$(grep -h ^Auto-Submitted mail/*)"
ok "a second run" tai-send -d s.db
is "sends nothing" "$(mails)" 1
is "it is noted" "$(field R1 state)" sent
is "the answer stops the clock" "$(tai-sla clock --only --json -d s.db - <<EOF |
$(tai-desk log -d s.db)
EOF
    jq -r 'select(.clock=="response").state')" met
ok "the store follows from its log" tai-desk verify -d s.db
tai-desk log -d s.db >log
tai-ingest records -d copy.db <log >/dev/null
is "a copy of the log sends nothing again" \
    "$(tai-send -v -d copy.db 2>&1)" \
    "tai-send: 0 sent, 0 later, 0 failed, 0 held"

# automatic replies
fresh
reply R1 M1 true | put
ok "an automatic reply goes" tai-send -d s.db
ok "marked" grep -qx 'Auto-Submitted: auto-replied' mail/mail.*
message M2 reply 2026-01-15T14:48:00Z | put
reply R2 M2 true | put
message M3 none 2026-01-12T14:48:00Z | put
reply R3 M3 true | put
ok "two that should not" tai-send -d s.db
is "did not" "$(mails)" 1
is "a program is not answered by a program" "$(field R2 why)" \
    "what it answers was sent by a program"
is "nor is old mail" "$(field R3 why)" "what it answers is old"
status "they are for a person to see" 1 tai-send stuck -d s.db

# later, and never
fresh
reply R1 M1 false | put
echo 75 >mail/status
ok "a busy mail server" tai-send -d s.db
is "later" "$(field R1 state)" retry
is "when" "$(field R1 next)" 2026-01-15T15:01:00Z
is "why" "$(field R1 why)" "5.1.1 no such user"
ok "not before" tai-send -d s.db
is "one attempt" "$(field R1 attempt)" 1
ok "then" tai-send -d s.db --now 2026-01-15T15:01:00Z
is "the next wait is longer" "$(field R1 next)" 2026-01-15T15:06:00Z
for now in 15T16 15T18 15T23 16T05 16T11 16T17 16T23 17T05 17T11; do
	tai-send -d s.db --now "2026-01-${now}:00:00Z" 2>/dev/null
done
is "after two days it is given up" "$(field R1 state)" failed
is "and the ticket is open" "$(tai-desk show K7Q2 --json -d s.db \
    --now 2026-01-18T00:00:00Z | jq -r 'select(.type=="status").why')" \
    "not delivered: 5.1.1 no such user"
rm mail/status
ok "a person asks" tai-send retry R1 -d s.db --now 2026-01-18T00:00:00Z
ok "again" tai-send -d s.db --now 2026-01-18T00:00:00Z
is "it goes" "$(field R1 state)" sent
status "what is sent stays sent" 64 tai-send retry R1 -d s.db
fresh
reply R1 M1 false | put
echo 67 >mail/status
tai-send -d s.db 2>err
is "no such user: at once" "$(field R1 state)" failed
like "and told" "$(cat err)" '^tai-send: R1 to ana@acme.example failed: 5'

# limits
fresh
i=0
while [ $i -lt 12 ]; do
	i=$((i + 1))
	reply "R$i" M1 false | put
done
ok "twelve to one" tai-send -d s.db
is "ten go" "$(mails)" 10
is "two wait" "$(tai-send list --json -d s.db | jq -r .next | sort -u)" \
    2026-01-15T18:00:00Z
ok "until" tai-send -d s.db --now 2026-01-15T18:00:01Z
is "all went" "$(mails)" 12

# our own people hear of everything, the worst first
cat >rules/team.yaml <<'EOF'
people:
  olga: {address: olga@private.example}
targets:
  on-call: [{channel: email, to: olga}, {channel: email, to: x@sms.example}]
EOF
notice() { # ID TO SEVERITY
	printf '{"v":1,"type":"notice","id":"%s","channel":"email",' "$1"
	printf '"at":"2026-01-15T14:50:00Z","to":"%s","severity":"%s",' "$2" "$3"
	printf '"subject":"%s","text":"Hello","message_id":"%s@tai.example"}\n' \
	    "$3" "$1"
}
for to in olga@private.example x@sms.example mira@tai.example; do
	fresh
	i=0
	while [ $i -lt 12 ]; do
		i=$((i + 1))
		notice "N$i" "$to" CRITICAL | put
	done
	tai-send -d s.db
	is "no limit holds back a word to $to" "$(mails)" 12
done
fresh
i=0
while [ $i -lt 12 ]; do
	i=$((i + 1))
	notice "N$i" ana@acme.example CRITICAL | put
done
tai-send -d s.db
is "it does to a customer" "$(mails)" 10
fresh
reply R1 M1 false | put
notice N1 olga@private.example LOW | put
notice N2 olga@private.example CRITICAL | put
notice N3 olga@private.example HIGH | put
notice N4 ana@acme.example CRITICAL | put
is "in the order of severity" "$(tai-send -n -d s.db |
    sed -n 's/^# \([RN][0-9]\).*/\1/p' | tr '\n' ' ')" "N2 N3 R1 N4 N1 "
rm rules/team.yaml

# hostile fields
fresh
reply R1 M1 false | sed 's|"ana@acme.example"|"-OQueueDirectory=/tmp@x.example"|' | put
reply R2 M1 false | sed 's|"Re: it fails"|"a\\nBcc: evil@x.example"|' | put
reply R3 M1 false | sed 's|R3@tai.example|x>\\nBcc: evil@x.example|' | put
ok "hostile fields" tai-send -d s.db
like "an option is no address" "$(field R1 why)" 'is no address to write to$'
is "two went" "$(mails)" 2
is "no header more" "$(grep -lx 'Bcc:.*' mail/mail.*)" ""

# Slack and PagerDuty, on a server of our own
cat >server.py <<'EOF'
import glob, http.server, sys, json, os, time
class H(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("requests", "a") as f:
            f.write(json.dumps({"path": self.path, "body": json.loads(body)}) + "\n")
        code = int(open("code").read()) if os.path.exists("code") else 200
        if code == 0:
            time.sleep(3)
            return
        if code == 299:
            with open("seen", "w") as f:
                for name in glob.glob("/proc/[0-9]*/cmdline") + \
                        glob.glob("/proc/[0-9]*/environ"):
                    try:
                        f.write(open(name, errors="replace").read() + "\n")
                    except OSError:
                        pass
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "/elsewhere")
        if code == 429:
            try:
                after = open("after").read().strip()
            except OSError:
                after = "300"
            self.send_header("Retry-After", after)
        self.end_headers()
    def log_message(self, *a):
        pass
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
print(s.server_port, flush=True)
s.serve_forever()
EOF
python3 server.py >port &
server=$!
trap 'kill $server; finish' EXIT
for _ in 1 2 3 4 5 6 7 8 9 10; do
	[ -s port ] && break
	sleep 0.3
done
port=$(cat port)
(umask 077; mkdir rules/secrets
echo "http://127.0.0.1:$port/services/T0/B0/xyz" >rules/secrets/slack
echo R0UT1NG >rules/secrets/pager)
sed "s|^#  key_file: .*|  key_file: secrets/pager|
    s|https://events.pagerduty.com|http://127.0.0.1:$port|
    s|^slack:|&\n  \"#support-critical\": secrets/slack|" rules/send.yaml >new
mv new rules/send.yaml
notice() { # ID CHANNEL TO TEXT
	printf '{"v":1,"type":"notice","id":"%s","at":"2026-01-15T14:50:00Z",' "$1"
	printf '"channel":"%s","to":"%s","text":"%s","key":"k-%s"}\n' "$2" "$3" \
	    "$4" "$1"
}
fresh
printf '{"v":1,"type":"delivery","id":"D9","at":"%s","about":"N9",%s}\n' \
    2026-01-15T15:00:00Z '"state":"sent","attempt":1' | put
notice N9 slack '#support-critical' 'told already' | put
is "what was sent before it is known is not sent again" \
    "$(tai-send -n -d s.db 2>&1; tai-send list -d s.db --json 2>&1)" ""
ok "and the store is what its log says" tai-desk verify -d s.db
fresh
notice N1 slack '#support-critical' 'down: <!channel> & co' | put
notice N2 pagerduty on-call 'the API is down' | put
notice N3 slack '#nowhere' 'hello' | put
notice N4 email ops@tai.example 'hello' |
    sed 's|}$|,"message_id":"n4@tai.example"}|' | put
is "notices go, and what can't is said" "$(tai-send -d s.db 2>&1)" \
    "tai-send: N3 to #nowhere waits: no webhook of #nowhere in send.yaml"
is "once" "$(tai-send -d s.db 2>&1)" ""
is "Slack has the text, and nobody was mentioned" \
    "$(jq -r 'select(.path|test("services")).body.text' requests)" \
    'down: &lt;!channel&gt; &amp; co'
is "PagerDuty has its event" \
    "$(jq -c 'select(.path=="/v2/enqueue").body' requests)" \
    '{"routing_key":"R0UT1NG","event_action":"trigger","dedup_key":"k-N2","payload":{"summary":"the API is down","source":"TAI","severity":"error"}}'
is "no webhook, no guess" "$(field N3 why)" "no webhook of #nowhere in send.yaml"
ok "a notice by mail is marked" grep -qx 'Auto-Submitted: auto-generated' \
    mail/mail.*
fresh
echo 429 >code
notice N1 slack '#support-critical' hello | put
ok "too many requests" tai-send -d s.db
is "the server's own wait is kept" "$(field N1 next)" 2026-01-15T15:05:00Z
fresh
echo 'Thu, 15 Jan 2026 15:10:00 GMT' >after
notice N1 slack '#support-critical' hello | put
ok "too many requests, until a date" tai-send -d s.db
rm after
is "which is kept" "$(field N1 next)" 2026-01-15T15:10:00Z
echo 503 >code
ok "no service" tai-send -d s.db --now 2026-01-15T15:05:00Z
is "later" "$(field N1 state)" retry
fresh
echo 302 >code
notice N1 slack '#support-critical' hello | put
tai-send -d s.db 2>err
is "a redirect is not followed: the secret stays" "$(field N1 why)" \
    "HTTP status 302"
is "nobody was asked there" "$(grep -c elsewhere requests)" 0
fresh
echo 0 >code
sed "s|seconds: 20|seconds: 1|" rules/send.yaml >new
cp rules/send.yaml old
mv new rules/send.yaml
notice N1 slack '#support-critical' hello | put
ok "a server that does not answer" tai-send -d s.db
mv old rules/send.yaml
is "is asked again later" "$(field N1 state)" retry
like "and why" "$(field N1 why)" 'timed out'
fresh
echo 299 >code
notice N1 slack '#support-critical' hello | put
notice N2 pagerduty on-call hello | put
ok "nobody sees the secrets" tai-send -d s.db
is "among the processes" "$(grep -ac 'T0/B0/xyz\|R0UT1NG' seen)" 0
ok "though one looked" grep -aq 'curl' seen
fresh
for n in 1 2; do
	notice "N$n" pagerduty on-call 'the same' | sed 's/k-N[12]/one/' | put
done
rm -f requests
ok "two pages of one cause" tai-send -d s.db
is "have one dedup_key" "$(jq -r .body.dedup_key requests | sort | uniq -c |
    awk '{ print $1, $2 }')" "2 one"
fresh
echo 503 >code
notice N1 slack '#support-critical' hello | put
tai-send -d s.db
is "5xx: a minute" "$(field N1 next)" 2026-01-15T15:01:00Z
tai-send -d s.db --now 2026-01-15T15:01:00Z
is "then five" "$(field N1 next)" 2026-01-15T15:06:00Z
echo 404 >code
tai-send -d s.db --now 2026-01-15T16:00:00Z 2>err
is "no such hook: never" "$(field N1 why)" "HTTP status 404"
rm code
fresh
chmod 644 rules/secrets/slack
notice N1 slack '#support-critical' hello | put
status "a secret that others can read" 78 tai-send -d s.db
like "is refused" "$(tai-send -d s.db 2>&1)" 'can be read by others'
chmod 600 rules/secrets/slack

# claims
fresh
reply R1 M1 false | put
printf '#!/bin/sh\nkill -9 $PPID\nsleep 1\n' >killer
chmod +x killer
sed "s|$TMP/sendmail|$TMP/killer|" rules/send.yaml >new
cp rules/send.yaml old
mv new rules/send.yaml
tai-send -d s.db 2>/dev/null
mv old rules/send.yaml
is "who dies leaves a claim" \
    "$(tai-send list --json -d s.db | jq -r .claimed)" 2026-01-15T15:10:00Z
ok "nobody else takes it" tai-send -d s.db
is "while it lasts" "$(mails)" 0
ok "at most once: nobody ever does" tai-send --at-most-once -d s.db \
    --now 2026-01-15T16:00:00Z
is "so it stays" "$(mails)" 0
status "stuck" 1 tai-send stuck -d s.db --now 2026-01-15T16:00:00Z
ok "at least once: the next does" tai-send -d s.db --now 2026-01-15T16:00:00Z
is "it went" "$(mails)" 1

# signed names: what comes back finds its ticket
(umask 077; echo 0123456789abcdef0123456789abcdef >rules/key)
sed "s|^#* *secret_file:.*||" "$ROOT/rules/org.yaml" >rules/org.yaml
echo "secret_file: key" >>rules/org.yaml
rm -rf signed.db* mail/*
printf 'From: Ann <ann@else.example>\nTo: support@tai.example\nSubject: 401\nMessage-ID: <q@else.example>\nDate: Thu, 15 Jan 2026 14:47:00 +0000\n\nthe api key is refused, unauthorized\n' |
    tai-ingest mail -d signed.db
tai-triage --pending -d signed.db >/dev/null
ok "the first answer goes out" tai-send -d signed.db
id=$(sed -n 's/^Message-ID: <\(.*\)>/\1/p' mail/mail.*)
reply_to=$(sed -n 's/^Reply-To: .*<\(.*\)>/\1/p' mail/mail.*)
like "with a signed Message-ID" "$id" '^[0-9A-Z]{12}[.][0-9A-Z]{16}[.][0-9A-Z]{13}@tai.example$'
like "and an address of the ticket" "$reply_to" '^support[+].*@tai.example$'
printf 'From: Ann <ann@else.example>\nTo: %s\nSubject: Re: 401\nMessage-ID: <r@else.example>\nDate: Thu, 15 Jan 2026 15:07:00 +0000\n\nstill refused\n' \
    "$reply_to" | tai-ingest mail -d signed.db
printf 'From: Ann <ann@else.example>\nTo: support@tai.example\nSubject: Re: 401\nMessage-ID: <s@else.example>\nIn-Reply-To: <%s>\nDate: Thu, 15 Jan 2026 15:08:00 +0000\n\nstill\n' \
    "$id" | tai-ingest mail -d signed.db
is "answers to either join it" "$(tai-desk list --all -d signed.db --json |
    jq -r .ticket | wc -l)" 1
is "and open it again" "$(tai-desk list -d signed.db --json \
    --now 2026-01-15T15:10:00Z | jq -r .status)" open

status "no store" 64 tai-send
status "bad rules" 78 sh -c 'mkdir -p bad && echo "mail: 5" >bad/send.yaml &&
    tai-send -d s.db -r bad:'"$ROOT"'/rules'
# what a person holds back, or has answered
fresh
reply R1 M1 true | put
is "held by a person" "$(tai-send hold R1 -d s.db |
    jq -r '.id + " " + .state')" "R1 held"
is "it is" "$(field R1 'state + ": " + .why')" "held: a person holds it back"
tai-send -d s.db
is "and does not go" "$(mails)" 0
is "let go again" "$(tai-send retry R1 -d s.db |
    jq -r '.state + ": " + .why')" "queued: a person asks to try again"
ok "it goes" tai-send -d s.db
is "now" "$(mails)" 1
status "what was sent is not held" 64 tai-send hold R1 -d s.db
status "nor what there is not" 64 tai-send hold R9 -d s.db
fresh
reply R1 M1 true | put
reply R2 M1 false | sed 's/14:50/14:52/' | put
ok "a person answered as well" tai-send -d s.db
is "the robot's is held" "$(field R1 'state + ": " + .why')" \
    "held: a person was faster"
is "the person's goes" "$(field R2 state) $(mails)" "sent 1"
fresh
closing='{"v":1,"type":"message","id":"M2","at":"2026-01-15T14:55:00Z","ticket":"K7Q2M9X4T8WN","channel":"email","direction":"in","from":{"address":"ann@acme.example"},"role":"customer","subject":"Re: x","text":"Never mind, I found it."}
{"v":1,"type":"triage","id":"T2","at":"2026-01-15T14:55:00Z","ticket":"K7Q2M9X4T8WN","message":"M2","category":"other","severity":"LOW","confidence":86,"rule":"close-please","rules":["close-please"],"tags":[],"resolve":false,"closing":true}'
reply R1 M1 true | put
echo "$closing" | put
ok "the customer needs nothing by now" tai-send -d s.db
is "and gets nothing" "$(field R1 'state + ": " + .why') $(mails)" \
    "held: the customer needs it no more 0"
fresh
reply R1 M1 true | put
echo "$closing" | put
echo "$closing" | head -n 1 | sed 's/M2/M3/; s/14:55/14:56/' | put
tai-send -d s.db
is "but who writes on is answered" "$(field R1 state)" sent
fresh
settled='{"v":1,"type":"status","id":"S0","at":"2026-01-15T14:50:00Z","ticket":"K7Q2M9X4T8WN","status":"resolved","by":"tai-triage"}'
reply R1 M1 true | put
echo "$settled" | put
reply R2 M1 false | sed 's/14:50/14:52/' | put
tai-send -d s.db
is "what the robot settled is open again" "$(tai-desk log -d s.db \
    --type status | jq -r '.status + " " + .by + ": " + (.why // "")' |
    tail -n 1)" "open tai-send: not delivered: a person was faster"
fresh
reply R1 M1 true | put
echo "$settled" | put
reply R2 M1 false | sed 's/14:50/14:52/' | put
echo '{"v":1,"type":"status","id":"S2","at":"2026-01-15T14:53:00Z","ticket":"K7Q2M9X4T8WN","status":"resolved","by":"mira"}' | put
tai-send -d s.db
is "what a person settled stays so" "$(tai-desk log -d s.db --type status |
    wc -l)" 2
fresh
reply R1 M1 true | put
echo '{"v":1,"type":"status","id":"S1","at":"2026-01-15T14:51:00Z","ticket":"K7Q2M9X4T8WN","status":"closed","by":"mira","why":"phishing"}' | put
ok "a person closed it" tai-send -d s.db
is "nothing goes there" "$(field R1 state) $(mails)" "held 0"
fresh
reply R1 M1 true | put
echo '{"v":1,"type":"status","id":"S1","at":"2026-01-15T14:50:00Z","ticket":"K7Q2M9X4T8WN","status":"resolved","by":"tai-triage"}' | put
ok "the robot settled it" tai-send -d s.db
is "by the answer that goes" "$(field R1 state) $(mails)" "sent 1"

done_testing
