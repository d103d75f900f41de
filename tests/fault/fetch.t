#!/bin/sh
# Mail fetched from a real IMAP server: a Maildir that mbsync fills, changes
# and is interrupted at, and fetchmail with tai-ingest mail behind it, which
# dies now and then. Dovecot is an instance of its own below the test's folder.
. "$(dirname "$0")/../cli/lib.sh"
. "$(dirname "$0")/servers.sh"
servers dovecot mbsync fetchmail python3 sqlite3
root_only "a real Dovecot"
cd "$TMP" || exit 1
chmod 755 "$TMP"
mkdir run state imap mail home
chown nobody imap
HOME=$TMP/home
export HOME
port=$(free_port)

cat >dovecot.conf <<E
base_dir = $TMP/run
state_dir = $TMP/state
log_path = $TMP/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
first_valid_uid = 1
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$TMP/imap/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
E
cat >mbsyncrc <<E
IMAPAccount desk
Host 127.0.0.1
Port $port
User ann
Pass secret
SSLType None

IMAPStore far
Account desk

MaildirStore near
Path $TMP/mail/
Inbox $TMP/mail/Inbox

Channel desk
Far :far:
Near :near:
Create Near
Expunge Both
SyncState *
E
cat >home/fetchmailrc <<E
poll 127.0.0.1 protocol imap port $port:
  user ann password secret
  no keep fetchall sslproto ''
  mda "$TMP/deliver"
E
chmod 600 home/fetchmailrc
dovecot -F -c dovecot.conf >dovecot.out 2>&1 &
dovecot=$!
stop_dovecot() {
	kill -TERM $dovecot 2>/dev/null
	wait $dovecot 2>/dev/null
}
on_exit stop_dovecot

sync_() { mbsync -q -c mbsyncrc desk >>mbsync.out 2>&1; }
ingest() { tai-ingest maildir -d s.db --stats mail/Inbox >out 2>err; }
said() { sed 's/^tai-ingest: //; s/^mail.Inbox: //' err; }
count() { tai-desk log -d "$1" --type message | wc -l; }
distinct() {
	tai-desk log -d "$1" --type message | grep -o 'case-[0-9]*-' |
	    sort -u | wc -l
}
# arrive FIRST COUNT: mails on the server, some of them odd
arrive() {
	python3 - "$port" "$1" "$2" <<-'E'
	import imaplib, sys
	port, first, count = map(int, sys.argv[1:])
	box = imaplib.IMAP4('127.0.0.1', port)
	box.login('ann', 'secret')
	for n in range(first, first + count):
	    head = ('From: Ann <ann@acme.example>\r\nSubject: case-%d-\r\n' % n)
	    if n % 5:
	        head += 'Message-ID: <m%d@acme.example>\r\n' % n
	    body = ['hello\r\n', 'From here on\r\n.\r\n', 'gr\xfc\xdfe\r\n',
	            'x' * 3000 + '\r\n', 'A line. ' * n][n % 5]
	    box.append('INBOX', None, None,
	               (head + '\r\n' + body).encode('latin-1'))
	box.logout()
	E
}
# flags N FLAG: sets it for the first N mails
flags() {
	python3 - "$port" "$1" "$2" <<-'E'
	import imaplib, sys
	box = imaplib.IMAP4('127.0.0.1', int(sys.argv[1]))
	box.login('ann', 'secret')
	box.select('INBOX')
	box.store('1:%s' % sys.argv[2], '+FLAGS', sys.argv[3])
	box.close() if sys.argv[3] == '\\Deleted' else box.unselect()
	box.logout()
	E
}
pause() { perl -e 'select undef, undef, undef, $ARGV[0] / 1000' "$1"; }

tries=40
until arrive 0 200 2>arrive.err; do
	tries=$((tries - 1))
	if [ $tries = 0 ]; then
		fail "Dovecot runs"
		diag arrive.err
		diag dovecot.log
		done_testing
		exit
	fi
	sleep 0.5
done
pass "Dovecot runs"

ok "mbsync fetches" sync_
ingest
is "all of it is new" "$(said)" \
"200 files, 200 new
200 messages = 200 records + 0 duplicates + 0 ignored + 0 rejects"
sync_
ingest
is "none of it is new the next time" "$(said | head -n 1)" \
    "200 files, 0 new"
flags 50 '\Seen'
flags 20 '\Answered'
sync_
ingest
is "nor when flags have changed" "$(said | head -n 1)" "200 files, 0 new"
is "they did" "$(find mail/Inbox/cur -name '*:2,*S*' | wc -l)" 50
flags 30 '\Deleted'
sync_
ingest
is "what was deleted is gone from the folder" "$(said | head -n 1)" \
    "170 files, 0 new"
is "and from what the store has noted" \
    "$(sqlite3 s.db 'SELECT count(*) FROM taken')" 170
is "but not from the log" "$(count s.db)" 200

# interrupted, thirty times, while more arrives
n=0
seed=3
while [ $n -lt 30 ]; do
	arrive $((200 + n * 10)) 10
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	mbsync -q -c mbsyncrc desk >>mbsync.out 2>&1 &
	pid=$!
	pause $((seed / 65536 % 60))
	tai-ingest maildir -d s.db mail/Inbox >/dev/null 2>>busy.err
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	n=$((n + 1))
done
ok "mbsync comes through at last" sync_
ingest
is "ingest said nothing meanwhile" "$(cat busy.err)" ""
is "all is there" "$(distinct s.db)" 500
is "once each" "$(count s.db)" 500
ok "the store is whole" tai-desk verify -d s.db

# fetchmail, with a delivery that dies one time in ten
cat >deliver <<E
#!/bin/sh
n=\$(cat $TMP/deliveries 2>/dev/null || echo 0)
echo \$((n + 1)) >$TMP/deliveries
case \$((n % 20)) in
3)	kill -9 \$\$ ;;
11)	timeout -s KILL 0.02 $BIN/tai-ingest mail -d $TMP/f.db -r $ROOT/rules ;;
*)	exec $BIN/tai-ingest mail -d $TMP/f.db -r $ROOT/rules ;;
esac
E
chmod 755 deliver
tries=400
while [ $tries -gt 0 ]; do
	fetchmail -f home/fetchmailrc --pidfile home/pid >>fetch.out 2>&1
	[ $? = 1 ] && break	# no mail
	tries=$((tries - 1))
done
is "fetchmail empties the mailbox" "$([ $tries -gt 0 ] && echo yes)" yes
is "deliveries did fail" "$(awk '{ print ($1 > 480) }' deliveries)" 1
is "all that was on the server is in" "$(distinct f.db)" 470
is "once each" "$(count f.db)" 470
tai-ingest maildir -d f.db --stats mail/Inbox >out 2>err
is "what fetchmail brought is what mbsync brought" \
    "$(said | tail -n 1)" \
    "470 messages = 0 records + 470 duplicates + 0 ignored + 0 rejects"
done_testing
