#!/bin/sh
# tai-ingest webhook: as a CGI program by hand, and behind a real web server
# with a real client: nothing lost, nothing twice, nobody else let in.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
events=$ROOT/tests/data/slack/events.jsonl

mkdir -p rules/secrets rules/slack
cp "$ROOT/rules/org.yaml" rules
printf 'team: [T0TAI]\nothers: tickets\nchannels:\n  - name: "cust-{customer}"\n' \
    >rules/slack.yaml
head -n 1 "$ROOT/tests/data/slack/lists.json" >rules/slack/users.json
tail -n 1 "$ROOT/tests/data/slack/lists.json" >rules/slack/channels.json
cat >rules/webhook.yaml <<'EOT'
max_body: 60000
sources:
  slack: {kind: slack, auth: slack, secret_file: secrets/slack}
  pager: {kind: slack, auth: pagerduty, secret_file: secrets/two}
  hub: {kind: slack, auth: hmac, prefix: "sha256=", secret_file: secrets/two}
  sentry: {kind: slack, auth: hmac, header: Sentry-Hook-Signature,
    secret_file: secrets/two}
  bearer: {kind: slack, auth: bearer, secret_file: secrets/two}
  basic: {kind: slack, auth: basic, secret_file: secrets/basic}
  named: {kind: slack, auth: header, header: X-Token, secret_file: secrets/two}
  json/erp: {kind: slack, auth: path, text: true, secret_file: secrets/two}
  open: {kind: slack, auth: none}
  alerts: {kind: alert, auth: bearer, secret_file: secrets/two}
  strange: {kind: alert, mapping: nowhere, auth: none}
  sns: {kind: alert, mapping: cloudwatch, auth: path, text: true,
    secret_file: secrets/two}
  unset: {kind: slack, auth: bearer, secret_file: secrets/none}
  loose: {kind: slack, auth: bearer, secret_file: secrets/loose}
EOT
umask 077
echo 8f742231b10e8888abcd99yyyzzz85a5 >rules/secrets/slack
printf 'old-secret\nnew-secret\n' >rules/secrets/two
echo 'tai:pass:word' >rules/secrets/basic
umask 022
echo loose >rules/secrets/loose
TAI_RULES=$TMP/rules:$ROOT/rules
export TAI_RULES
TAI_DB=$TMP/w.db
export TAI_DB

# sign SECRET PREFIX TEXT...: an HMAC-SHA-256 in hexadecimal
cat >sign.py <<'EOT'
import hashlib, hmac, sys
text = b''.join(open(f[1:], 'rb').read() if f[0] == '@' else f.encode()
                for f in sys.argv[3:])
print(sys.argv[2] + hmac.new(sys.argv[1].encode(), text,
                             hashlib.sha256).hexdigest())
EOT
sign() { python3 sign.py "$@"; }
secret=8f742231b10e8888abcd99yyyzzz85a5

# cgi BODYFILE NAME=VALUE...: the answer's head and body, without CR
cgi() {
	cgi_body=$1
	shift
	env REQUEST_METHOD=POST CONTENT_TYPE=application/json \
	    CONTENT_LENGTH="$(wc -c <"$cgi_body")" "$@" tai-ingest webhook \
	    <"$cgi_body" 2>cgi.err | tr -d '\r'
}
# answers NAME WANT BODYFILE NAME=VALUE...: the status, and one line for the log
answers() {
	answers_name=$1
	answers_want=$2
	shift 2
	cgi "$@" >cgi.out
	is "$answers_name" "$(sed -n 's/^Status: \([0-9]*\) .*/\1/p' cgi.out) \
$(wc -l <cgi.err | tr -d ' ')" "$answers_want"
}
slack() {	# slack BODYFILE [TIME]: the headers of a signed request
	t=${2:-$(date +%s)}
	echo "HTTP_X_SLACK_REQUEST_TIMESTAMP=$t \
HTTP_X_SLACK_SIGNATURE=$(sign $secret v0= "v0:$t:" "@$1")"
}

grep -v -e channel_join -e channel_topic "$events" | sed -n 1p | tr -d '\n' >one
printf '{"token":"x","challenge":"3eZbrw1aBm2rZgRN","type":"url_verification"}' \
    >hello

# The server's side of the protocol.
answers "another method" "405 1" one REQUEST_METHOD=GET PATH_INFO=/slack
like "names those allowed" "$(cat cgi.out)" '^Allow: POST$'
answers "no length" "411 1" one PATH_INFO=/slack CONTENT_LENGTH=
answers "a length that is none" "400 1" one PATH_INFO=/slack CONTENT_LENGTH=-1
answers "more than a body may be" "413 1" one PATH_INFO=/slack \
    CONTENT_LENGTH=60001
answers "a huge length" "413 1" one PATH_INFO=/slack \
    CONTENT_LENGTH=99999999999999999999
answers "less than was said" "400 1" one PATH_INFO=/open CONTENT_LENGTH=50000
answers "an unknown source" "404 1" one PATH_INFO=/nobody
answers "no source" "404 1" one PATH_INFO=
answers "another type" "415 1" one PATH_INFO=/open \
    CONTENT_TYPE=application/x-www-form-urlencoded
answers "another charset" "415 1" one PATH_INFO=/open \
    'CONTENT_TYPE=application/json; charset="iso-8859-1"'
answers "an encoded body" "415 1" one PATH_INFO=/open HTTP_CONTENT_ENCODING=gzip
answers "a secret without its file" "503 1" one PATH_INFO=/unset
answers "a secret that all can read" "503 1" one PATH_INFO=/loose \
    HTTP_AUTHORIZATION="Bearer loose"
like "is to be tried again" "$(cat cgi.out)" '^Retry-After: [0-9]+$'
ok "and tells nothing of itself" test "$(sed '1,/^$/d' cgi.out)" = \
    "Service Unavailable"
answers "a store that cannot be had" "503 1" one PATH_INFO=/open \
    TAI_DB=/nowhere/w.db
like "a name that breaks lines breaks none" "$(cgi one \
    "PATH_INFO=/x$(printf '\r\nSet-Cookie: a=b\r\n')" | head -n 1)" \
    '^Status: 404 Not Found$'
is "nothing of that was kept" "$(tai-desk log 2>/dev/null | wc -l)" 0

# Who may.
# shellcheck disable=SC2046
{
answers "Slack's own" "200 0" hello PATH_INFO=/slack $(slack hello)
is "gets its challenge back" "$(sed '1,/^$/d' cgi.out)" 3eZbrw1aBm2rZgRN
answers "no signature" "401 1" hello PATH_INFO=/slack
answers "another body" "403 1" one PATH_INFO=/slack $(slack hello)
answers "another secret" "403 1" hello PATH_INFO=/slack $(slack hello) \
    HTTP_X_SLACK_SIGNATURE="$(sign other v0= "v0:$(date +%s):" @hello)"
now=$(date +%s)
answers "too old" "403 1" hello PATH_INFO=/slack \
    $(slack hello $((now - 310)))
answers "from the future" "403 1" hello PATH_INFO=/slack \
    $(slack hello $((now + 310)))
answers "just in time" "200 0" hello PATH_INFO=/slack \
    $(slack hello $((now - 290)))
}
answers "PagerDuty's, one of several" "200 0" hello PATH_INFO=/pager \
    HTTP_X_PAGERDUTY_SIGNATURE="v1=00,$(sign old-secret v1= @hello)"
answers "not PagerDuty's" "403 1" hello PATH_INFO=/pager \
    HTTP_X_PAGERDUTY_SIGNATURE="v1=00,v1=11"
answers "an HMAC with the new secret" "200 0" hello PATH_INFO=/hub \
    HTTP_X_HUB_SIGNATURE_256="$(sign new-secret sha256= @hello)"
answers "without its prefix" "403 1" hello PATH_INFO=/hub \
    HTTP_X_HUB_SIGNATURE_256="$(sign new-secret '' @hello)"
answers "in a header of its own" "200 0" hello PATH_INFO=/sentry/ \
    HTTP_SENTRY_HOOK_SIGNATURE="$(sign new-secret '' @hello)"
answers "a bearer" "200 0" hello PATH_INFO=/bearer \
    HTTP_AUTHORIZATION="bearer old-secret"
answers "a wrong bearer" "403 1" hello PATH_INFO=/bearer \
    HTTP_AUTHORIZATION="Bearer old-secre"
answers "no bearer" "401 1" hello PATH_INFO=/bearer
like "is told how" "$(cat cgi.out)" '^WWW-Authenticate: Bearer$'
answers "user and password" "200 0" hello PATH_INFO=/basic \
    HTTP_AUTHORIZATION="Basic $(printf tai:pass:word | base64)"
answers "a wrong password" "403 1" hello PATH_INFO=/basic \
    HTTP_AUTHORIZATION="Basic $(printf tai:password | base64)"
answers "a header" "200 0" hello PATH_INFO=/named HTTP_X_TOKEN=new-secret
answers "a wrong header" "403 1" hello PATH_INFO=/named HTTP_X_TOKEN=newsecret
answers "a token in the path" "200 0" hello PATH_INFO=/json/erp/old-secret \
    CONTENT_TYPE="text/plain; charset=UTF-8"
answers "a wrong one" "403 1" hello PATH_INFO=/json/erp/old
answers "none" "401 1" hello PATH_INFO=/json/erp
printf '{"a":' >broken
answers "no JSON" "400 1" broken PATH_INFO=/open

# What comes in.
waits() { tai-desk log 2>/dev/null | grep -c '"pending"'; }
# all_read: what was posted is read by a process of its own
all_read() {
	tries=0
	while [ "$(waits)" != 0 ] && [ $tries -lt 100 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	[ "$(waits)" = 0 ]
}
answers "an event" "200 0" one PATH_INFO=/open
ok "is read behind the answer" all_read
env -u TAI_DB tai-ingest slack one >pipe.out
tai-desk log --no-blobs >log.out
same "is the record that the pipe gives" pipe.out log.out
answers "again" "200 0" one PATH_INFO=/open HTTP_X_SLACK_RETRY_NUM=1
all_read
tai-desk log --no-blobs >log.out
same "adds nothing" pipe.out log.out
printf '7' >seven
cgi seven PATH_INFO=/open >cgi.out
like "what is no event is kept" "$(cat cgi.out)" '^Status: 200 OK$'
all_read
like "and told by its source" "$(cat cgi.err)" '^tai-ingest: open: an item is no object'
status "--pending with nothing to do" 0 tai-ingest webhook --pending
head -n 1 "$ROOT/tests/data/alerts/alertmanager.jsonl" | tr -d '\n' >alarm
answers "an alert" "200 0" alarm PATH_INFO=/alerts \
    HTTP_AUTHORIZATION="Bearer new-secret"
all_read
env -u TAI_DB tai-ingest alert alarm | jq -r 'select(.type=="alert").id' |
    sort >1
tai-desk log --no-blobs | jq -r 'select(.type=="alert").id' | sort >2
same "is what the verb for alerts makes of it" 1 2
printf '{"Type":"SubscriptionConfirmation","TopicArn":"arn:aws:sns:x:1:t",%s' \
    '"SubscribeURL":"https://sns.x.amazonaws.com/?Action=Confirm&Token=1"}' \
    >confirm
answers "a topic that wants in" "200 0" confirm PATH_INFO=/sns/new-secret \
    CONTENT_TYPE="text/plain; charset=UTF-8"
all_read
like "is told to a person, and not called" "$(tai-desk log --no-blobs |
    jq -r 'select(.type=="notice").text')" 'https://sns.x.amazonaws.com/'
# The reader behind the answer says so in the log, sooner or later.
cgi alarm PATH_INFO=/strange >cgi.out
like "a mapping that there is not" "$(cat cgi.out)" '^Status: 200 '
grep "a Go client" "$events" | tr -d '\n' >five
cgi five PATH_INFO=/open >cgi.out
tries=0
until [ "$(waits)" = 1 ] || [ $tries -ge 100 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
is "holds nobody else up" "$(tai-desk log --no-blobs |
    grep -c "a Go client")" 1
status "it waits until the rules are right" 78 tai-ingest webhook --pending
sed 's/mapping: nowhere/mapping: alertmanager/' rules/webhook.yaml >w.yaml
mv w.yaml rules/webhook.yaml
status "and then is read" 0 tai-ingest webhook --pending
is "like all else" "$(waits)" 0

# Behind a web server.
if ! command -v lighttpd >/dev/null || ! command -v curl >/dev/null; then
	if [ "${CI:-}" = true ]; then
		fail "lighttpd and curl are needed"
	else
		skip "behind a web server" "lighttpd or curl is missing"
	fi
	done_testing
	exit
fi
port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
mkdir www up
cat >lighttpd.conf <<EOT
server.modules = ("mod_cgi")
server.bind = "127.0.0.1"
server.port = $port
server.document-root = "$TMP/www"
server.errorlog = "$TMP/lighttpd.log"
server.upload-dirs = ("$TMP/up")
cgi.assign = ("/hook" => "", "/dying" => "")
EOT
cat >www/hook <<EOT
#!/bin/sh
TAI_DB=$TMP/s.db
TAI_RULES=$TAI_RULES
export TAI_DB TAI_RULES
exec $BIN/tai-ingest webhook
EOT
# The same, killed after 1, 4, 7 ... milliseconds.
cat >www/dying <<EOT
#!/bin/sh
TAI_DB=$TMP/k.db
TAI_RULES=$TAI_RULES
export TAI_DB TAI_RULES
n=\$(cat $TMP/n)
echo \$((n % 40 + 3)) >$TMP/n
exec timeout -s KILL "\$(printf 0.%03d "\$n")" $BIN/tai-ingest webhook
EOT
chmod +x www/hook www/dying
echo 1 >n
lighttpd -D -f lighttpd.conf >lighttpd.out 2>&1 &
server=$!
trap 'kill $server; finish' EXIT
url=http://127.0.0.1:$port
tries=0
until curl -s -o /dev/null "$url/" || [ $tries -ge 100 ]; do
	tries=$((tries + 1))
	sleep 0.1
done

# Every event with its headers, signed at once.
cat >prepare.py <<'EOT'
import hashlib, hmac, sys, time
secret, events = sys.argv[1].encode(), sys.argv[2]
for n, line in enumerate(open(events, 'rb'), 1):
    body, now = line.rstrip(b'\n'), b'%d' % time.time()
    mac = hmac.new(secret, b'v0:' + now + b':' + body, hashlib.sha256)
    open('body.%d' % n, 'wb').write(body)
    with open('head.%d' % n, 'wb') as f:
        f.write(b'header = "X-Slack-Request-Timestamp: %s"\n' % now +
                b'header = "X-Slack-Signature: v0=%s"\n' %
                mac.hexdigest().encode())
EOT
python3 prepare.py $secret "$events"
all=$(wc -l <"$events")
# post N PATH [OPTION...]: the status of the answer
post() {
	post_n=$1
	post_path=$2
	shift 2
	curl -s -o post.out -w '%{http_code}\n' -H Content-Type:application/json \
	    -K "head.$post_n" --data-binary "@body.$post_n" "$@" \
	    "$url$post_path"
}
is "a signed event" "$(post 5 /hook/slack)" 200
is "one with another's signature" "$(post 5 /hook/slack -K head.6 \
    --header X-Slack-Signature:v0=00)" 403
is "in chunks" "$(post 6 /hook/slack -H Transfer-Encoding:chunked)" 200
head -c 200000 /dev/zero >big
is "too big" "$(curl -s -o /dev/null -w '%{http_code}' --data-binary @big \
    -H Content-Type:application/json "$url/hook/slack")" 413
is "a GET" "$(curl -s -o /dev/null -w '%{http_code}' "$url/hook/slack")" 405
is "a bearer through the server" "$(post 7 /hook/bearer \
    -H 'Authorization: Bearer new-secret')" 200

# All events at once, each twice.
TAI_DB=$TMP/s.db
n=0
pids=
while [ $n -lt "$all" ]; do
	n=$((n + 1))
	for times in 1 2; do
		(post_out=out.$n.$times
		curl -s -o "$post_out" -w '%{http_code}\n' --retry 5 \
		    -H Content-Type:application/json -K "head.$n" \
		    --data-binary "@body.$n" "$url/hook/slack" >"code.$n.$times") &
		pids="$pids $!"
	done
done
# shellcheck disable=SC2086
wait $pids
is "$((2 * all)) requests at a time are all served" \
    "$(cat code.* | sort | uniq -c | awk '{ print $1, $2 }')" "$((2 * all)) 200"
ok "and all read" all_read
env -u TAI_DB tai-ingest slack "$events" >pipe.out
ids() { jq -r 'select(.type=="message").id' "$1" | sort; }
tai-desk log --no-blobs >log.out
is "each message is there once" "$(ids log.out)" "$(ids pipe.out)"
ok "the store is whole" tai-desk verify

# One after the other, killed in between until it is let through.
TAI_DB=$TMP/k.db
few=16
head -n $few "$events" | env -u TAI_DB tai-ingest slack >pipe.out
n=0
failures=0
while [ $n -lt $few ]; do
	n=$((n + 1))
	tries=0
	until [ "$(post $n /dying/slack)" = 200 ] || [ $tries -ge 100 ]; do
		tries=$((tries + 1))
		failures=$((failures + 1))
	done
done
ok "some were killed" test "$failures" -gt 2
# Who reads them is killed as well, at any time.
n=0
until [ "$(waits)" = 0 ] || [ $n -ge 200 ]; do
	n=$((n + 1))
	timeout -s KILL "$(printf 0.%03d $n)" tai-ingest webhook --pending \
	    >/dev/null 2>&1
done
ok "so was the reader, until it was done" test $n -gt 3
tai-desk log --no-blobs >log.out
is "each message is there once" "$(ids log.out)" "$(ids pipe.out)"
jq -r '[.id,.ticket]|@tsv' log.out | sort >1
jq -r '[.id,.ticket]|@tsv' pipe.out | sort >2
same "on the ticket that the pipe gives" 1 2
ok "the store is whole after it" tai-desk verify
done_testing
