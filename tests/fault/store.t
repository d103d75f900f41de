#!/bin/sh
# The store under fire: a full disk, damage, many writers, kills.
. "$(dirname "$0")/../cli/lib.sh"
cd "$TMP" || exit 1

# records N FIRST: messages and verdicts of N tickets
records() {
	perl -e '
		my ($n, $first) = @ARGV;
		for my $i ($first .. $first + $n - 1) {
			my $key = sprintf "%012d", $i;
			my $at = sprintf "2026-01-%02dT%02d:%02d:00Z",
			    1 + $i / 1440 % 28, $i / 60 % 24, $i % 60;
			print qq({"v":1,"type":"message","id":"M$i","at":"$at",),
			    qq("ticket":"$key","channel":"email",),
			    qq("direction":"in","from":{"address":"a\@b.example"},),
			    qq("role":"customer","subject":"case $i","text":"),
			    "words and words " x 20, qq(","message_id":"$i\@b"}\n);
			print qq({"v":1,"type":"triage","id":"T$i","at":"$at",),
			    qq("ticket":"$key","message":"M$i",),
			    qq("severity":"HIGH","category":"platform"}\n);
		}' "$1" "$2"
}
lines() { tai-desk log -d "$1" | wc -l; }
put() { tai-ingest records -d "$1" "$2"; }

# a full disk
if mkdir disk && mount -t tmpfs -o size=4m tmpfs disk 2>/dev/null; then
	trap 'umount "$TMP/disk"; finish' EXIT
	records 500 0 >first
	records 20000 500 >second
	ok "a first part fits" put disk/s.db first
	status "then the disk is full: try again later" 75 put disk/s.db second
	like "in words" "$(put disk/s.db second 2>&1 >/dev/null)" \
	    '^tai-ingest: store .*: the disk is full$'
	ok "what is in is whole" tai-desk verify -d disk/s.db
	kept=$(lines disk/s.db)
	ok "the first part is in" test "$kept" -ge 1000
	tai-desk log -d disk/s.db >kept
	cat first second | head -n "$kept" | cmp -s - kept
	is "and of the second as much as was printed" $? 0
	mount -o remount,size=200m disk
	ok "with room again it goes on" put disk/s.db second
	is "and all is in" "$(lines disk/s.db)" 41000
	ok "and whole" tai-desk verify -d disk/s.db
	umount disk
	trap finish EXIT
	mount -t tmpfs -o size=16k tmpfs disk
	trap 'umount "$TMP/disk"; finish' EXIT
	status "no room for a new store" 75 put disk/s.db first
	umount disk
	mount -t tmpfs -o size=100m tmpfs disk
	put disk/s.db first >/dev/null
	dd if=/dev/zero of=disk/fill bs=64k 2>/dev/null
	status "not a byte left: not written" 75 put disk/s.db second
	status "nor read, as that needs a few pages" 75 tai-desk list \
	    -d disk/s.db
	rm disk/fill
	ok "once there is room it is" tai-desk note -d disk/s.db 1 words
	umount disk
	trap finish EXIT
else
	skip "a full disk" "needs to mount a tmpfs"
fi

# damage: told, and the file is left as it is
records 2000 0 >some
put good.db some >/dev/null
tai-desk search -d good.db words >/dev/null
rm -f good.db-*
damaged() {
	cp good.db bad.db
	rm -f bad.db-*
	perl -e 'my ($at, $len, $bytes) = @ARGV; open F, "+<", "bad.db";
	    binmode F; seek F, $at, 0; print F $bytes x $len' "$@"
	sum=$(cksum <bad.db)
}
pages=$(($(wc -c <good.db) / 4096))
damaged 0 100 X
status "a broken head is no store of ours" 78 tai-desk list -d bad.db
status "nor to be written" 78 put bad.db some
is "and left alone" "$(cksum <bad.db)" "$sum"
damaged 28 4 "$(printf '\177')"
status "a length that is not the file's" 74 tai-desk list -d bad.db
found=0
for n in 3 7 11 13; do
	# shellcheck disable=SC2017
	damaged $((pages * n / 17 * 4096)) 4096 X
	tai-desk verify -d bad.db >out 2>&1
	rc=$?
	[ $rc = 1 ] || [ $rc = 74 ] && [ -s out ] && found=$((found + 1))
done
is "a page overwritten is found wherever it is" "$found" 4
cp good.db bad.db
# shellcheck disable=SC2017
truncate -s $((pages / 2 * 4096)) bad.db
status "half a file" 74 tai-desk list -d bad.db
like "half a file, in words" "$(tai-desk list -d bad.db 2>&1)" 'is damaged'
status "half a file is not written" 74 put bad.db some
head -c 50 good.db >bad.db
status "50 bytes" 74 tai-desk list -d bad.db
crashed=0
n=0
seed=7
while [ $n -lt 60 ]; do
	n=$((n + 1))
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	damaged $((seed / 7 % (pages * 4096))) $((seed / 3 % 40 + 1)) \
	    "$(printf '\\%03o' $((seed / 65536 % 255 + 1)) | xargs -0 printf)"
	for verb in "list --all" "verify" "search words" "log" "set 5 status=open"; do
		# shellcheck disable=SC2086
		tai-desk ${verb%% *} -d bad.db $(echo "$verb" |
		    cut -s -d ' ' -f 2-) >/dev/null 2>&1
		[ $? -lt 128 ] || crashed=$((crashed + 1))
	done
done
is "60 random scratches: nothing crashes" "$crashed" 0

# eight writers at once
pids=
for n in 0 1 2 3 4 5 6 7; do
	records 1500 $((n * 1500)) >part$n
	put eight.db part$n >/dev/null 2>err$n &
	pids="$pids $!"
done
bad=0
for pid in $pids; do
	wait "$pid" || bad=$((bad + 1))
done
is "eight writers: nobody is refused" "$bad" 0
is "and nobody says a word" "$(cat err?)" ""
is "all is in" "$(lines eight.db)" 24000
ok "and whole" tai-desk verify -d eight.db
like "the same tickets" "$(tai-desk list -d eight.db --all | wc -l)" '^12000$'

# killed in the middle, again and again
cat part? >all
kills=0
seed=3
while [ $kills -lt 30 ]; do
	kills=$((kills + 1))
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	tai-ingest records -d kill.db all >/dev/null 2>&1 &
	pid=$!
	perl -e 'select undef, undef, undef, $ARGV[0] / 1000' \
	    $((seed / 65536 % 200))
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done
ok "after 30 kills a run to the end" put kill.db all
is "all is in, once" "$(lines kill.db)" 24000
ok "and whole" tai-desk verify -d kill.db
tai-desk log -d kill.db | cmp -s - all
is "in the order that it came" $? 0
kills=0
while [ $kills -lt 10 ]; do
	kills=$((kills + 1))
	tai-desk rebuild -d kill.db &
	pid=$!
	perl -e 'select undef, undef, undef, $ARGV[0] / 10' $kills
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
done
ok "a rebuild that is killed leaves what was" tai-desk verify -d kill.db
ok "and runs to the end" tai-desk rebuild -d kill.db
ok "with the same result" tai-desk verify -d kill.db

# somebody else keeps it locked
if command -v sqlite3 >/dev/null; then
	{ echo 'BEGIN IMMEDIATE;'; sleep 15; } | sqlite3 kill.db &
	sleep 1
	status "a store that stays busy: try again later" 75 \
	    tai-desk note -d kill.db 1 words
	ok "but it can be read" tai-desk list -d kill.db
	kill $! 2>/dev/null
	wait $! 2>/dev/null
else
	skip "a store that stays busy" "no sqlite3(1)"
fi
done_testing
