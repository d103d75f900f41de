#!/bin/sh
# tai-send hands its letters to a real Postfix by its sendmail(1), and what
# Postfix would give to the customer's server is what was meant: envelope,
# headers, text, and nothing that a customer could have put in.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/servers.sh"
daemons=$(postconf -d -h daemon_directory 2>/dev/null)
servers postfix "$daemons/master" sendmail python3
root_only "a real Postfix"
cd "$TMP" || exit 1
TAI_NOW=2026-01-15T15:00:00Z
export TAI_NOW
chmod 755 "$TMP"
mkdir conf data log queue rules
mkdir -m 777 got
for folder in active bounce corrupt defer deferred flush hold incoming \
    private saved trace; do
	mkdir -m 700 queue/$folder
done
mkdir -m 710 queue/public
mkdir -m 730 queue/maildrop
mkdir -m 755 queue/pid
chown postfix data log queue/*
chown root queue/pid
chgrp postdrop queue/public queue/maildrop

# The customer's server: keeps the envelope and the letter as they come.
cat >keep <<'E2'
#!/bin/sh
out=$(mktemp "$1/new.XXXXXX") || exit 75
{ echo "ENVELOPE $2 $3"; cat; } >"$out" && mv "$out" "$out.eml"
E2
chmod 755 keep
cat >conf/main.cf <<E2
compatibility_level = 3.6
queue_directory = $TMP/queue
data_directory = $TMP/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = $TMP/log/mail.log
maillog_file_prefixes = $TMP
myhostname = mx.tai.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_header_rewrite_clients =
local_recipient_maps =
alias_maps =
alias_database =
default_transport = keep
relay_transport = keep
smtputf8_enable = no
keep_destination_recipient_limit = 1
E2
cat >conf/master.cf <<E2
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
keep unix - n n - 4 pipe flags= user=nobody
  argv=$TMP/keep $TMP/got \${sender} \${recipient}
E2
"$daemons/master" -c "$TMP/conf" >master.out 2>&1 &
master=$!
stop_master() {
	kill -TERM $master 2>/dev/null
	wait $master 2>/dev/null
}
on_exit stop_master
sed "s|^  program: .*|  program: [$(command -v sendmail), -C, $TMP/conf, -i]|" \
    "$ROOT/rules/send.yaml" >rules/send.yaml
sed '/secret_file/d' "$ROOT/rules/org.yaml" >rules/org.yaml
echo 'secret_file: key' >>rules/org.yaml
(umask 077; echo 0123456789abcdef0123456789abcdef >rules/key)
TAI_RULES=$TMP/rules:$ROOT/rules
export TAI_RULES

# -- a letter of each kind; ids tell them apart

cat >make.py <<'E2'
import json
def out(**f):
    print(json.dumps(dict(v=1, **f), ensure_ascii=False, separators=(',', ':')))
def message(n, **f):
    d = dict(type='message', id='M%s' % n, at='2026-01-15T14:47:00Z',
        ticket='K7Q2M9X4T8WN', channel='email', direction='in',
        role='customer', subject='s', text='t', auto='none',
        message_id='m%s@acme.example' % n, **{'from': {'address': 'ana@acme.example'}})
    d.update(f)
    out(**d)
def reply(n, **f):
    d = dict(type='reply', id='R%s' % n, at='2026-01-15T14:50:00Z',
        ticket='K7Q2M9X4T8WN', message='M1', auto=False,
        to=['c%s@acme.example' % n], subject='Re: it fails', text='Hello',
        message_id='r%s@tai.example' % n, in_reply_to='m1@acme.example')
    d.update(f)
    out(**d)
message(1)
message(2, auto='reply')
message(3, ticket='K7Q2M9X4T8WP')
many = ['ref%d.%s@acme.example' % (n, 'x' * 40) for n in range(60)]
reply('plain', references=['m0@acme.example', 'm1@acme.example'])
reply('robot', auto=True, message='M3', ticket='K7Q2M9X4T8WP')
reply('loop', auto=True, message='M2')
reply('words', subject='Grüße, 你好 \U0001f600 ' + 'ä' * 300,
      text='Grüße 你好 \U0001f600\n.\n..\nFrom here on\n' + 'lang ' * 2000)
reply('refs', references=many)
reply('header', subject='a\r\nBcc: evil@x.example\nX-Evil: 1\r\n\r\nbody',
      in_reply_to='m1>\r\nX-Evil: 2\r\n', references=['a>\nBcc: e@x.example'])
reply('option', to=['-oQ/tmp@x.example'])
reply('list', to=['a@acme.example, evil@x.example'])
reply('shell', to=['`id`;$(id)|x@acme.example'], message_id='rshell@tai.example')
reply('two', to=['two@acme.example', 'three@acme.example'])
reply('text', text='line\r\nBcc: evil@x.example\r\n.\r\nMAIL FROM:<x>\n\u202eback\n')
E2
python3 make.py | tai-ingest records -d s.db >/dev/null
ok "the letters are taken" tai-send -d s.db
wanted=$(tai-send list --all --json -d s.db | jq -r 'select(.state == "sent") |
    .id' | grep -c .)
kept() { find got -name '*.eml' | grep -c .; }
tries=60
while [ "$(kept)" -lt $((wanted + 1)) ] && [ $tries -gt 0 ]; do
	tries=$((tries - 1))
	sleep 0.5
done
is "and came, to each recipient one" "$(kept)" $((wanted + 1))

# -- what came, as a program of the customer's reads it

cat >look.py <<'E2'
import email, email.policy, glob, json
for path in sorted(glob.glob('got/*.eml')):
    data = open(path, 'rb').read()
    line, data = data.split(b'\n', 1)
    m = email.message_from_bytes(data, policy=email.policy.default)
    head = data.split(b'\n\n', 1)[0]
    print(json.dumps({
        'envelope': line.decode().split(' ')[1:], 'headers': m.keys(),
        'to': m['To'], 'from': m['From'], 'id': m['Message-ID'],
        'reply_to': m['Reply-To'],
        'irt': m['In-Reply-To'], 'refs': (m['References'] or '').split(),
        'auto': m['Auto-Submitted'], 'subject': m['Subject'],
        'text': m.get_content(), 'type': m.get_content_type(),
        'longest': max(len(l) for l in data.split(b'\n')),
        'bits': all(c < 128 for c in data),
        'head_longest': max(len(l) for l in head.split(b'\n')),
        'defects': [str(d) for d in m.defects]}))
E2
python3 look.py >seen.jsonl
# seen NAME FILTER: of the letter with that id
seen() { jq -r --arg id "<r$1@tai.example>" "select(.id == \$id) | $2" \
    seen.jsonl; }
is "the envelope is from us, to the customer" \
    "$(seen plain '.envelope | join(" ")')" "support@tai.example cplain@acme.example"
is "so is the letter" "$(seen plain '.from + " " + .to')" \
    "TAI <support@tai.example> cplain@acme.example"
is "it answers" "$(seen plain .irt)" "<m1@acme.example>"
is "in its thread" "$(seen plain '.refs | join(" ")')" \
    "<m0@acme.example> <m1@acme.example>"
like "with a signed address to answer to" "$(seen plain .reply_to)" \
    '<support[+][^@]+@tai.example>$'
is "a person is no robot" "$(seen plain .auto)" null
is "a robot is one" "$(seen robot .auto)" auto-replied
is "that does not answer robots" "$(seen loop .id)" ""
is "words in any script" "$(seen words '.text | split("\n") | .[:4] | join("|")')" \
    'Grüße 你好 😀|.|..|From here on'
is "to the last" "$(seen words '.text | gsub("[^g]"; "") | length')" 2000
like "a subject in any script" "$(seen words .subject)" '^Grüße, 你好 😀 ä{300}$'
is "in 7 bits" "$(jq -r .bits seen.jsonl | sort -u)" true
is "no line is longer than SMTP takes" \
    "$(jq -r 'select(.longest > 998) | .id' seen.jsonl)" ""
is "no header longer than it should be" \
    "$(jq -r 'select(.head_longest > 78) | .id' seen.jsonl)" ""
is "sixty references" "$(seen refs '.refs | length')" 60
is "no header was put in" "$(jq -r '.headers[]' seen.jsonl | sort -u |
    grep -i 'bcc\|evil')" ""
is "nor an envelope" "$(jq -r '.envelope[1]' seen.jsonl | grep -c evil)" 0
like "the subject is on one line" "$(seen header .subject)" \
    '^a +Bcc: evil@x.example +X-Evil: 1 +body$'
is "ids stay within their brackets" "$(seen header '.irt')" "<m1X-Evil:2>"
is "addresses that are none wait for a person" "$(tai-send stuck -d s.db --json |
    jq -r .id | sort | tr '\n' ' ')" "Rlist Rloop Roption Rshell "
is "both have it" "$(seen two '.envelope[1]' | sort | tr '\n' ' ')" \
    "three@acme.example two@acme.example "
is "a dot ends nothing" "$(seen text '.text | split("\n") | length > 4')" true
is "Python has nothing to say" "$(jq -r '.defects[]' seen.jsonl)" ""
is "none bounced" "$(grep -c 'status=bounced' log/mail.log)" 0

# -- what comes back

jq -r 'select(.id == "<rplain@tai.example>") | .reply_to' seen.jsonl |
    sed 's/.*<\(.*\)>.*/\1/' >back
printf 'From: Ana <ana@else.example>\nTo: %s\nSubject: hm\nMessage-ID: <b1@else.example>\nDate: Thu, 15 Jan 2026 15:10:00 +0000\n\nstill\n' \
    "$(cat back)" | tai-ingest mail -d s.db
is "an answer from anywhere finds the ticket" "$(tai-desk log -d s.db \
    --type message --no-blobs | jq -r 'select(.message_id == "b1@else.example")
    | .ticket')" K7Q2M9X4T8WN
done_testing
