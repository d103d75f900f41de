#!/bin/sh
# tai-triage and tai-send are killed again and again, also two at once: no
# verdict is lost, no letter is lost, and none goes twice but one whose sender
# was killed with it in its hand. TAI_SEND_KILLS says how often.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/servers.sh"
kills=${TAI_SEND_KILLS:-200}
servers python3 jq
cd "$TMP" || exit 1
TAI_NOW=2026-01-15T15:00:00Z
export TAI_NOW

# The mail program keeps who had what, in one write, whole letters only.
cat >sendmail <<'EOF'
#!/bin/sh
id= end=
while IFS= read -r line; do
	case $line in
	Message-ID:*) id=$line ;;
	'the last line') end=whole ;;
	esac
done
echo "$id $end" >>"$OUT"
EOF
chmod +x sendmail
mkdir rules
sed "s|/usr/sbin/sendmail|$TMP/sendmail|; s|count: .*|count: 1000000|" \
    "$ROOT/rules/send.yaml" >rules/send.yaml
cat >rules/team.yaml <<'EOF'
people:
  mira: {address: mira@tai.example, role: junior}
  ed: {address: ed@tai.example, role: senior, pagerduty: ed}
targets:
  on-call: [{channel: pagerduty, to: ed}]
EOF
TAI_RULES=$TMP/rules:$ROOT/rules
export TAI_RULES

# harm.py KILLS SEED COMMAND...: starts it once or twice at a time, kills it
# after a while of chance, and moves the time of day on; no more once half of
# $LETTERS in $OUT are done, so that on any machine there is work left.
cat >harm.py <<'EOF'
import os, random, signal, subprocess, sys, time
kills, dice, command = int(sys.argv[1]), random.Random(int(sys.argv[2])), sys.argv[3:]
now = 1768489200
done, out = 0, os.environ.get('OUT')
for n in range(kills):
    if out and sum(1 for _ in open(out)) > int(os.environ['LETTERS']) / 2:
        break
    env = dict(os.environ, TAI_NOW=time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(now)))
    now += int(os.environ['STEP'])
    runs = [subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL) for _ in range(dice.choice((1, 1, 2)))]
    for run in runs:
        time.sleep(dice.random() * float(os.environ['LONG']))
        if run.poll() is None:
            run.send_signal(signal.SIGKILL)
            done += 1
    for run in runs:
        run.wait()
print(done)
EOF

# -- verdicts

mails=$((kills * 3))
python3 - $mails >mails.mbox <<'EOF'
import sys
texts = ['the API answers 401 unauthorized', 'webhooks are not delivered',
    'we are down, every call returns 500', 'how do I export my data?',
    'our invoice is wrong, 429 too many requests']
for n in range(int(sys.argv[1])):
    # Every seventh adds to the ticket before it.
    more = 'In-Reply-To: <q%d@acme.example>\n' % (n - 1) if n % 7 == 6 else ''
    print('From a%d@acme.example Thu Jan 15 14:47:00 2026\nFrom: A <a%d@acme.example>\n'
        'To: support@tai.example\nSubject: question %d\nMessage-ID: <q%d@acme.example>\n'
        'Date: Thu, 15 Jan 2026 14:%02d:%02d +0000\n%s\n%s\n' % (n, n, n, n,
        n // 60 % 60, n % 60, more, 'still not, now it is 100% of the calls' if
        more else texts[n % 5]))
EOF
tai-ingest mbox -d whole.db mails.mbox >/dev/null
cp whole.db harmed.db
verdicts() { tai-desk log -d "$1" --no-blobs --after "$mails" | sort; }
tai-triage --pending -d whole.db >/dev/null
hit=$(LONG=0.06 STEP=0 python3 harm.py $((kills / 2)) 1 \
    tai-triage --pending -d harmed.db)
ok "triage is run to its end" tai-triage --pending -d harmed.db
verdicts whole.db >whole
verdicts harmed.db >harmed
same "after $hit kills every verdict, answer and notice is there, once" \
    whole harmed
ok "the store is whole" tai-desk verify -d harmed.db

# -- letters

letters=$((kills * 8))
python3 - $letters >letters.jsonl <<'EOF'
import json, sys
for n in range(int(sys.argv[1])):
    print(json.dumps({'v': 1, 'type': 'reply', 'id': 'R%d' % n,
        'at': '2026-01-15T14:50:00Z', 'ticket': 'K7Q2M9X4T8WN', 'auto': False,
        'to': ['a%d@acme.example' % n], 'subject': 'Re: it fails',
        'text': 'word ' * (20000 if n % 50 == 0 else 50) + '\nthe last line',
        'message_id': 'r%d@tai.example' % n}, separators=(',', ':')))
EOF
for how in '' --at-most-once; do
	name=${how:-at least once}
	rm -f s.db s.db-* sent
	OUT=$TMP/sent
	LETTERS=$letters
	export OUT LETTERS
	: >sent
	tai-ingest records -d s.db letters.jsonl >/dev/null
	# shellcheck disable=SC2086
	hit=$(LONG=0.12 STEP=60 python3 harm.py $((kills / 4)) 2 \
	    tai-send run $how -d s.db)
	sleep 0.3	# what was started and not killed
	cp sent early
	for _ in 1 2; do
		# shellcheck disable=SC2086
		tai-send run $how -d s.db --now 2026-01-18T00:00:00Z
	done
	sort sent | uniq -c | awk '$1 > 1' >twice
	ok "$name: $hit kills came in between" test "$hit" -gt $((kills / 40))
	is "$name: every letter was whole" "$(grep -vc ' whole$' sent)" 0
	ok "$name: kills left work to do" test "$(wc -l <early)" -lt "$letters"
	tai-send stuck -d s.db --now 2026-01-18T00:00:00Z --json >stuck
	if [ -z "$how" ]; then
		is "$name: all went" "$(sort -u sent | wc -l)" "$letters"
		ok "$name: none twice but for a kill" \
		    test "$(wc -l <twice)" -le "$hit"
		is "$name: nothing is stuck" "$(cat stuck)" ""
	else
		is "$name: none went twice" "$(cat twice)" ""
		sed 's/.*<r\(.*\)@.*/R\1/' sent | sort >went
		jq -r .id stuck | sort >waits
		is "$name: each went or is shown as stuck" \
		    "$(sort -u went waits | wc -l)" "$letters"
		ok "$name: no more are stuck than were killed" \
		    test "$(wc -l <waits)" -le "$hit"
	fi
	ok "$name: the store is whole" tai-desk verify -d s.db
	echo "# $name: $hit kills, $(wc -l <twice) letters twice," \
	    "$(grep -c . stuck) stuck"
done
done_testing
