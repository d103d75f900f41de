#!/bin/sh
# Mail under fire: kills, a full disk, many writers, hostile messages.
. "$(dirname "$0")/../cli/lib.sh"
cd "$TMP" || exit 1

# messages N FIRST: an mbox of N different mails, some answers among them
messages() {
	perl -e '
		my ($n, $first) = @ARGV;
		for my $i ($first .. $first + $n - 1) {
			my $to = $i - 1 - $i % 5;
			print "From ann\@acme.example Mon Jan 12 18:00:00 2026\n",
			    "From: Ann <ann\@acme.example>\n",
			    "To: support\@tai.example\nSubject: case $i\n",
			    "Date: Mon, 12 Jan 2026 10:00:00 -0800\n",
			    "Message-ID: <m$i\@acme.example>\n",
			    $i % 5 ? "In-Reply-To: <m$to\@acme.example>\n" : "",
			    "\nThis is message $i.\n",
			    ("It says the same thing again and again.\n") x 20,
			    "\n";
		}' "$1" "$2"
}
count() { tai-desk log -d "$1" | grep -c '"type":"message"'; }
distinct() {
	tai-desk log -d "$1" | sed -n 's/.*"type":"message","id":"\([^"]*\)".*/\1/p' |
	    sort | uniq -d | wc -l
}

# killed at random moments, fifty times, then run once to the end
messages 2000 0 >box
kills=0
seed=1
while [ "$kills" -lt 50 ]; do
	kills=$((kills + 1))
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	tai-ingest mbox -d kill.db box >/dev/null 2>&1 &
	pid=$!
	perl -e 'select undef, undef, undef, $ARGV[0] / 1000' \
	    $((seed / 65536 % 120))
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done
tai-ingest mbox -d kill.db box >/dev/null 2>kill.err
is "after 50 kills a run to the end says nothing" "$(cat kill.err)" ""
is "nothing is lost" "$(count kill.db)" 2000
is "nothing is there twice" "$(distinct kill.db)" 0
ok "the chain is intact" tai-desk verify -d kill.db
tai-ingest mbox box >pure.out
is "and the tickets are those of a run without kills" \
    "$(tai-desk log -d kill.db | sed -n 's/.*"ticket":"\([^"]*\)".*/\1/p' |
    sort -u | wc -l)" \
    "$(sed -n 's/.*"ticket":"\([^"]*\)".*/\1/p' pure.out | sort -u | wc -l)"

# eight at once
pids=
for n in 0 1 2 3 4 5 6 7; do
	messages 250 $((n * 250)) >box$n
	tai-ingest mbox -d eight.db box$n >/dev/null 2>eight.err$n &
	pids="$pids $!"
done
failures=0
for pid in $pids; do
	wait "$pid" || failures=$((failures + 1))
done
is "eight at once: none fails" "$failures $(cat eight.err?)" "0 "
is "eight at once: all are there" "$(count eight.db) $(distinct eight.db)" \
    "2000 0"
ok "eight at once: the chain is intact" tai-desk verify -d eight.db

# what a run has left is taken up by the next, and told until then
sqlite3 eight.db 'UPDATE mail SET pending = 1 WHERE blob < 4'
like "verify tells what is still to be read" \
    "$(tai-desk verify -v -d eight.db 2>&1)" \
    '^tai-desk: 3 mails are kept and still to be read$'
tai-ingest mbox -d eight.db /dev/null
is "and does no more when it was" "$(tai-desk verify -v -d eight.db 2>&1 |
    grep -c 'to be read')" 0

# single deliveries at once, as an MTA makes them
n=0
while [ $n -lt 40 ]; do
	messages 1 $((5 * n)) | sed 1d >one$n
	n=$((n + 1))
done
n=0
while [ $n -lt 40 ]; do
	tai-ingest mail -d mta.db <one$n 2>mta.err$n || echo bad >>mta.bad &
	n=$((n + 1))
done
wait
is "forty deliveries at once" "$(count mta.db) $(cat mta.bad mta.err* 2>&1 |
    grep -cv 'No such file')" "40 0"

# a full disk
if [ "$(id -u)" = 0 ] && mkdir disk && mount -t tmpfs -o size=3m tmpfs disk \
    2>/dev/null; then
	tai-ingest mbox -d disk/s.db box0 >/dev/null 2>&1
	before=$(count disk/s.db)
	cat /dev/zero >disk/ballast 2>/dev/null
	full() { tai-ingest mail -d disk/s.db <one39; }
	status "a full disk defers a mail" 75 full
	fullbox() { tai-ingest mbox -d disk/s.db box1 >/dev/null; }
	status "and a mailbox" 75 fullbox
	rm disk/ballast
	is "with room again the store is as before" "$(count disk/s.db)" \
	    "$before"
	ok "and takes the mail" full
	ok "and verifies" tai-desk verify -d disk/s.db
	umount disk
else
	skip "a full disk" "no right to mount a small one"
fi

# a damaged store
tai-ingest mbox -d bad.db box0 >/dev/null
size=$(wc -c <bad.db)
dd if=/dev/urandom of=bad.db bs=4096 seek=2 count=$((size / 4096 - 3)) \
    conv=notrunc 2>/dev/null
rm -f bad.db-wal bad.db-shm
damaged() { tai-ingest mbox -d bad.db box1 >/dev/null 2>damage; }
status "a damaged store is not used" 74 damaged
like "and named" "$(cat damage)" '^tai-ingest: store .bad.db. is damaged'
head -c 5000 /dev/urandom >noise.db
noise() { tai-ingest mbox -d noise.db box1 >/dev/null 2>&1; }
status "a file that is no store is refused" 78 noise
noise_mail() { tai-ingest mail -d noise.db <one1 2>/dev/null; }
status "and a mail deferred" 75 noise_mail

# hostile messages: each is a record, and the next one is read
head_of() { printf 'From: x@y.example\nMessage-ID: <%s@y.example>\n' "$1"; }
{ head_of long; printf 'Subject: '
  head -c 10000000 /dev/zero | tr '\0' a; printf '\n\nbody\n'; } >hostile.1
{ head_of many; perl -e 'print "To: ", join(", ",
    map { "a$_\@y.example" } 1 .. 100000), "\n\nbody\n"'; } >hostile.2
{ head_of deep; perl -e 'print "Content-Type: multipart/mixed; boundary=b0\n\n";
    print "--b$_\nContent-Type: multipart/mixed; boundary=b", $_ + 1, "\n\n"
    for 0 .. 9999'; } >hostile.3
{ head_of loop; perl -e 'print "Content-Type: multipart/mixed; ", "n" x 71,
    "=\"\xc3\xa9\xc3\xa9\"; boundary=b\n\n--b\n\nbody\n--b--\n"'; } >hostile.4
{ head_of nul; printf 'Subject: a\0b\n\nbo\0dy\n'; } >hostile.5
{ head_of headers; perl -e 'print "X-$_: x\n" for 1 .. 200000;
    print "\nbody\n"'; } >hostile.6
{ head_of refs; perl -e 'print "References: ",
    join(" ", map { "<$_\@y.example>" } 1 .. 50000), "\n\nbody\n"'; } >hostile.7
perl -e 'srand 8; print map { chr int rand 256 } 1 .. 300000' >hostile.8
for n in 1 2 3 4 5 6 7 8; do
	printf 'From x@y.example Mon Jan 12 18:00:00 2026\n'
	sed 's/^From />From /' hostile.$n
	printf '\n\n'
done >hostile.mbox
messages 1 9000 >>hostile.mbox
tai-ingest mbox -v hostile.mbox >hostile.out 2>hostile.err
is "nine hostile messages are nine records" "$(cat hostile.err)" \
    "tai-ingest: 9 messages = 9 records + 0 duplicates + 0 ignored + 0 rejects"
like "the one behind them is read" "$(tail -n 1 hostile.out)" '"case 9000"'
is "every line is a record" "$(tai-ingest records hostile.out | wc -l)" 9
n=1
while [ $n -le 8 ]; do
	deliver() { tai-ingest mail -d hostile.db <hostile.$n; }
	status "hostile message $n is delivered" 0 deliver
	n=$((n + 1))
done
is "and all of them are kept" "$(count hostile.db)" 8

# more than memory has to hold: a line of 700 MB, a message over the limit
peak() {	# peak COMMAND...: its largest size in MB, its parsers' too
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)' "$@"
}
{ printf 'From x@y.example Mon Jan 12 18:00:00 2026\nA: b\n\n'
  head -c 700000000 /dev/zero; printf '\n\n'; messages 1 9100
} | peak tai-ingest mbox -v >peak.mb 2>long.err
is "a message that is too large is refused, the next one read" \
    "$(cat long.err)" \
"tai-ingest: stdin:1: message of 700000008 bytes, over the limit of 268435456
tai-ingest: 2 messages = 1 records + 0 duplicates + 0 ignored + 1 rejects"
is "in bounded memory" "$(awk '{ print ($1 < 600) }' peak.mb)" 1
large() { head -c 300000000 /dev/zero | tai-ingest mail -d hostile.db; }
status "tai-ingest mail defers one" 75 large
limited() { (ulimit -f 2; tai-ingest mail -d new.db <one0); }
status "so does a limit on file sizes" 75 limited
done_testing
