#!/bin/sh
# A real Postfix hands thousands of mails to tai-ingest mail while the store is
# locked now and then and deliveries are killed: each arrives exactly once,
# none bounces. Postfix is an instance of its own below the test's folder.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/servers.sh"
mails=${TAI_POSTFIX_MAILS:-5000}

daemons=$(postconf -d -h daemon_directory 2>/dev/null)
servers postfix "$daemons/master" python3
root_only "a real Postfix"
cd "$TMP" || exit 1
chmod 755 "$TMP"
mkdir conf data log queue store
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
chown nobody store
chmod 700 store
port=$(free_port)

cat >conf/main.cf <<E
compatibility_level = 3.6
queue_directory = $TMP/queue
data_directory = $TMP/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = $TMP/log/mail.log
maillog_file_prefixes = $TMP
myhostname = mx.desk.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
local_header_rewrite_clients =
local_recipient_maps =
alias_maps =
alias_database =
default_transport = tai
relay_transport = tai
smtputf8_enable = no
smtpd_client_connection_count_limit = 0
message_size_limit = 30000000
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
transport_retry_time = 2s
tai_destination_recipient_limit = 1
tai_destination_concurrency_limit = 6
tai_initial_destination_concurrency = 6
tai_destination_concurrency_failed_cohort_limit = 1000
tai_destination_concurrency_negative_feedback = 0
E
cat >conf/master.cf <<E
127.0.0.1:$port inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
tai unix - n n - 6 pipe flags=DRhu user=nobody
  argv=$BIN/tai-ingest mail -d $TMP/store/support.db -r $ROOT/rules
E
"$daemons/master" -c "$TMP/conf" >master.out 2>&1 &
master=$!
stop_master() {
	kill -TERM $master 2>/dev/null
	wait $master 2>/dev/null
}
on_exit stop_master

# What customers' programs send, also what is none of a mail; a token each.
cat >send.py <<'E'
import random, smtplib, sys, threading, time

port, count = int(sys.argv[1]), int(sys.argv[2])
dice = random.Random(7)

def message(n):
    token = 'case-%d-' % n
    head = ('From: Ann <ann%d@acme.example>\r\nTo: support@desk.example\r\n'
            'Subject: %s\r\n' % (n % 50, token))
    mid = 'Message-ID: <m%d@acme.example>\r\n' % n
    kinds = [
        head + mid + '\r\nhello\r\n',
        head + '\r\nno id\r\n' + token,
        head + mid + 'In-Reply-To: <m%d@acme.example>\r\n\r\nyes\r\n'
        % (n - n % 8),
        head + mid + 'Content-Type: text/plain; charset=utf-8\r\n\r\n'
        'gr\u00fc\u00dfe \u4f60\u597d\r\n',
        head + mid + 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; '
        'boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: '
        'application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64'
        '\r\n\r\nJVBERi0xLjQK!!!\r\n--b\r\n\r\n',
        'X-Broken\r\n' + token + ' is all there is\r\n',
        '\r\n' + token + ' without a header\r\n',
        head + mid + 'Content-Type: multipart/mixed; boundary=\r\n\r\n'
        'From here on\r\n.\r\n..\r\n' + 'x' * 5000 + '\r\n',
        head + mid + 'Precedence: junk\r\nAuto-Submitted: auto-replied\r\n'
        '\r\naway\r\n',
        head + mid + '\r\n' + 'A long mail. ' * dice.randrange(1, 4000),
    ]
    return kinds[n % len(kinds)].encode('utf-8')

def run(first, step):
    s = None
    for n in range(first, count, step):
        for attempt in range(100):
            try:
                if s is None:
                    s = smtplib.SMTP('127.0.0.1', port, timeout=60)
                s.sendmail('ann%d@acme.example' % (n % 50),
                           ['support@desk.example'], message(n))
                break
            except (OSError, smtplib.SMTPException) as e:
                print(n, e, file=sys.stderr)
                s = None
                time.sleep(0.2)
    if s is not None:
        s.quit()

threads = [threading.Thread(target=run, args=(i, 4)) for i in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
E
# Kills deliveries at random, not their parsers, and locks the store.
cat >harm.py <<'E'
import os, random, signal, sqlite3, sys, time

store = sys.argv[1].encode()
dice = random.Random(int(sys.argv[2]))
kills = 0

def deliveries():
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            line = open('/proc/%s/cmdline' % pid, 'rb').read().split(b'\0')
            stat = open('/proc/%s/stat' % pid).read()
            parent = stat[stat.rindex(')') + 2:].split()[1]
            if store in line and open('/proc/%s/comm' % parent).read() \
                    == 'pipe\n':
                yield int(pid)
        except OSError:
            pass

start = time.time()
locked = 0
while not os.path.exists('finished'):
    time.sleep(dice.random() * 0.1)
    if kills < 300:
        for pid in deliveries():
            if dice.random() < 0.3:
                try:
                    os.kill(pid, signal.SIGKILL)
                    kills += 1
                except OSError:
                    pass
    # Once for longer than anybody waits, else for a moment.
    if os.path.exists(store) and time.time() - start > 8 * (locked + 1) \
            and locked < 6:
        locked += 1
        try:
            db = sqlite3.connect(store.decode(), timeout=5,
                                 isolation_level=None)
            db.execute('BEGIN IMMEDIATE')
            time.sleep(13 if locked == 2 else 1)
            db.execute('ROLLBACK')
            db.close()
        except sqlite3.Error:
            pass
open('kills', 'w').write('%d\n' % kills)
E
waited() {	# waited SECONDS COMMAND...: until it succeeds
	tries=$(($1 * 2))
	shift
	while ! "$@" && [ $tries -gt 0 ]; do
		tries=$((tries - 1))
		sleep 0.5
	done
	[ $tries -gt 0 ]
}
up() { python3 -c "import socket
socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null; }
empty() {
	[ -z "$(find queue/incoming queue/active queue/deferred queue/maildrop \
	    -type f 2>/dev/null | head -n 1)" ]
}

if ! waited 20 up; then
	fail "Postfix runs"
	diag master.out
	diag log/mail.log
	done_testing
	exit
fi
pass "Postfix runs"
python3 harm.py "$TMP/store/support.db" 7 2>harm.err &
harm=$!
python3 send.py "$port" "$mails" 2>send.err
is "all mails were taken by Postfix" "$(cat send.err)" ""
ok "the queue empties" waited 240 empty
: >finished
wait $harm
stop_master

log=log/mail.log
is "none bounced" "$(grep -c 'status=bounced\|status=undeliverable' $log)" 0
is "each was sent once" "$(grep -c 'status=sent' $log)" "$mails"
is "the harm was done" "$(awk '{ print ($1 > 20) }' kills)" 1
like "mails were put off" "$(grep -c 'status=deferred' $log)" '^[1-9]'
is "nothing but deferral came of it" "$(grep 'status=deferred' $log |
    grep -cvi 'died with signal 9\|status 75\|temporary failure')" 0
tai-desk log -d store/support.db --type message >log.jsonl
is "as many records as mails" "$(wc -l <log.jsonl)" "$mails"
is "each mail is there once" "$(grep -o 'case-[0-9]*-' log.jsonl |
    sort -u | wc -l)" "$mails"
is "no two have the same id" "$(sed 's/.*"id":"\([^"]*\)".*/\1/' log.jsonl |
    sort -u | wc -l)" "$mails"
is "none was given up by the parser" "$(grep -c unparsed log.jsonl)" 0
ok "the store is whole" tai-desk verify -d store/support.db
echo "# $(cat kills) deliveries killed," \
    "$(grep -c 'status=deferred' $log) times put off"
done_testing
