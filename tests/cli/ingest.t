#!/bin/sh
# tai-ingest: what comes in is counted, kept once, and looks the same
# whichever way it came.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

mail() {	# mail ID SUBJECT [HEADER...]: a mail on stdout
	id=$1
	subject=$2
	shift 2
	printf 'From: Ann <ann@acme.example>\nTo: support@tai.example\n'
	printf 'Subject: %s\nDate: Mon, 12 Jan 2026 10:00:00 -0800\n' "$subject"
	[ -z "$id" ] || printf 'Message-ID: <%s>\n' "$id"
	for header; do
		printf '%s\n' "$header"
	done
	printf '\nhello %s\nFrom here on it fails.\n' "$subject"
}

box() {		# box FILE...: an mbox of mails (mboxrd) on stdout
	for one; do
		printf 'From ann@acme.example Mon Jan 12 18:00:00 2026\n'
		sed 's/^\(>*From \)/>\1/' "$one"
		printf '\n'
	done
}

# what the sum says, without the tool's name
sum() {
	sed -n 's/^tai-ingest: \([0-9]* messages.*\)/\1/p' "$1"
}

mail a@acme.example one >1
mail b@acme.example two 'In-Reply-To: <a@acme.example>' >2
mail '' three >3
mail a@acme.example 'one, but another' >4
{ echo 'Received: from x by mx.tai.example; Mon, 12 Jan 2026 10:01:00 -0800'
  cat 1; } >5
box 1 2 3 4 5 >all.mbox
mkdir -p md/new md/cur md/tmp
n=0
for f in 1 2 3 4 5; do
	n=$((n + 1))
	cp "$f" "md/cur/176824080$n.M$n.host:2,S"
done

tai-ingest mbox -v all.mbox >mbox.out 2>mbox.err
is "the sum of an mbox" "$(sum mbox.err)" \
    "5 messages = 4 records + 1 duplicates + 0 ignored + 0 rejects"
tai-ingest maildir -v md >md.out 2>md.err
is "the sum of a Maildir" "$(sum md.err)" \
    "5 messages = 4 records + 1 duplicates + 0 ignored + 0 rejects"
ids() { sed -n 's/.*"id":"\([^"]*\)".*"ticket":"\([^"]*\)".*/\1 \2/p' "$1"; }
is "the same ids and tickets from both" "$(ids mbox.out)" "$(ids md.out)"
sed 's/$/\r/' all.mbox >crlf.mbox
tai-ingest mbox crlf.mbox >crlf.out
is "the same ids with CRLF" "$(ids crlf.out)" "$(ids md.out)"
like "an answer is on its ticket" "$(sed -n 2p mbox.out)" \
    '"thread":\{"method":"reply","evidence":"a@acme.example"\}'
like "a mail without an id is given one" "$(sed -n 3p mbox.out)" \
    '"flags":\["no_message_id"'
like "another mail with the same id is kept" "$(sed -n 4p mbox.out)" \
    '"flags":\["reused_message_id"'
is "and has a ticket of its own" \
    "$(ids mbox.out | awk '{print $2}' | sort -u | wc -l)" 3
like "From at a line's start is not changed" "$(sed -n 1p mbox.out)" \
    'one\\nFrom here'

tai-ingest mbox -d s.db all.mbox >store.out
is "the same records with a store" "$(cat store.out)" "$(cat mbox.out)"
tai-ingest mbox -d s.db -v all.mbox >again.out 2>again.err
is "a second run adds nothing" "$(sum again.err)" \
    "5 messages = 0 records + 5 duplicates + 0 ignored + 0 rejects"
tai-ingest maildir -d s.db -v md >again.out 2>again.err
is "nor does the Maildir" "$(sum again.err)" \
    "5 messages = 0 records + 5 duplicates + 0 ignored + 0 rejects"
is "and nothing is printed" "$(cat again.out)" ""

deliver() { tai-ingest mail -d s.db; }
mail c@acme.example four 'References: <a@acme.example>' >6
is "mail says nothing" "$(deliver <6 2>&1; echo $?)" 0
like "and is in the store" "$(tai-desk log -d s.db | tail -n 1)" \
    '"subject":"four"'
no_store() { tai-ingest mail -d /nonexistent/s.db <6; }
status "mail without a store it can open is deferred" 75 no_store
wrong() { tai-ingest mail -d s.db --wrong <6; }
status "a wrong option too: no mail bounces" 75 wrong
# As little as the program itself can be loaded with.
limit=20000
# shellcheck disable=SC3045
until (ulimit -v $limit; tai-ingest -V) >/dev/null 2>&1 ||
    [ $limit -gt 500000 ]; do
	limit=$((limit + 2000))
done
# shellcheck disable=SC3045
starved() { (ulimit -v $limit; tai-ingest mail -d s.db <6); }
status "so is one that memory does not suffice for" 75 starved
shut() { tai-ingest mail -d s.db <&-; }
status "and one whose standard input is closed" 75 shut
shut_box() { timeout 20 tai-ingest mbox <&-; }
status "a mailbox on a closed standard input is an error" 74 shut_box
unnamed() { tai-ingest mail -d "" <6; }
status "a store without a name loses no mail" 75 unnamed
printf 'From ann@acme.example Mon Jan 12 18:00:00 2026\n' | cat - 6 |
    tai-ingest mail >envelope.out
like "a delivery agent's From line is no header" "$(cat envelope.out)" \
    '"message_id":"c@acme.example"'
tai-ingest mail <3 >one.out
tai-ingest mail </dev/null >empty.out
is "an empty message is a record" "$(wc -l <empty.out)" 1

# a mailbox however it is packed; in an archive, in folders; single messages
mkdir -p packed/sub
gzip -c all.mbox >packed/box.gz
cp 1 packed/sub/one.eml
cp all.mbox packed/Inbox
echo x >packed/Inbox.msf
python3 - <<-E
	import bz2, lzma, tarfile, zipfile
	data = open('all.mbox', 'rb').read()
	open('all.bz2', 'wb').write(bz2.compress(data))
	open('all.xz', 'wb').write(lzma.compress(data))
	with zipfile.ZipFile('all.zip', 'w', zipfile.ZIP_DEFLATED) as z:
	    z.write('packed/box.gz', 'Mail/box.gz')
	    z.writestr('../evil', data)
	    z.writestr('Mail/notes.txt', 'no mail\n')
	with tarfile.open('all.tgz', 'w:gz') as t:
	    for n in '12345':
	        t.add(n, 'mail/%s.eml' % n)
E
for form in packed/box.gz all.bz2 all.xz all.tgz; do
	tai-ingest mbox "$form" >form.out
	is "the same ids from ${form##*/}" "$(ids form.out)" "$(ids mbox.out)"
	tai-ingest mbox <"$form" >form.out
	is "and on stdin" "$(ids form.out)" "$(ids mbox.out)"
done
is "a folder of mailboxes, packed ones and messages" \
    "$(tai-ingest mbox --stats packed 2>&1 >/dev/null)" \
    "tai-ingest: 12 messages = 4 records + 7 duplicates + 1 ignored + 0 rejects"
zipped() { tai-ingest mbox --stats all.zip >zip.out 2>zip.err; }
status "an archive with other things in it" 65 zipped
is "they are told, the rest goes in" "$(cat zip.err)" \
"tai-ingest: all.zip: ../evil: its name leads out of the archive
tai-ingest: all.zip/Mail/notes.txt:1: neither a mailbox nor a message
tai-ingest: 7 messages = 4 records + 1 duplicates + 0 ignored + 2 rejects"
is "the ids are those of the mailbox" "$(ids zip.out)" "$(ids mbox.out)"
perl -e 'for (1 .. 3000) { print "From a\@b.example Mon Jan 12 18:00:00 2026\n",
    "From: a\@b.example\nMessage-ID: <", rand, "\@b.example>\n\n", rand, "\n\n" }' |
    gzip >whole.gz
head -c $(($(wc -c <whole.gz) / 2)) whole.gz >cut.gz
cut_off() { tai-ingest mbox --stats cut.gz 1 >cut.out 2>cut.err; }
status "a packed mailbox that is cut off" 65 cut_off
like "is told with the place" "$(head -n 1 cut.err)" \
    '^tai-ingest: cut.gz:[0-9]+: damaged: '
like "what was before and behind goes in" "$(tail -n 1 cut.err)" \
    '= [0-9]{3,} records \+ 0 duplicates \+ 0 ignored \+ 1 rejects$'
like "also what was behind" "$(tail -n 1 cut.out)" '"a@acme.example"'
like "a wrong place is told once" "$(echo hello | tai-ingest mbox 2>&1)" \
    '^tai-ingest: stdin:1: neither a mailbox nor a message$'
missing_box() { tai-ingest mbox nowhere all.mbox >missing.out 2>/dev/null; }
status "a mailbox that is not there" 74 missing_box
is "does not keep the next one out" "$(ids missing.out)" "$(ids mbox.out)"

# what is in the file, and deleted all the same
for flags in 'X-Status: D' 'X-Mozilla-Status: 0009' 'X-Status: AT' \
    'X-Mozilla-Status: 0001' 'X-Status: AF' 'Status: RO'; do
	mail "$flags" "$flags" "$flags" >flagged
	box flagged
done >flags.mbox
is "deleted mails and drafts are ignored" \
    "$(tai-ingest mbox --stats flags.mbox 2>&1 >/dev/null)" \
    "tai-ingest: 6 messages = 3 records + 0 duplicates + 3 ignored + 0 rejects"

# whose mail
cat >org.yaml <<-E
	name: T
	address: support@tai.example
	default_tier: starter
	agents: [bob@elsewhere.example]
	agent_domains: [tai.example]
E
printf 'customer,name,tier,domains\nacme,Acme,starter,acme.example\n' \
    >customers.csv
who() {
	sed "s/^From: .*/From: $1/; s/^To: .*/To: $2/" 1 |
	    tai-ingest mail -r . | sed -n 's/.*"ticket":"[^"]*",\(.*\)'\
'"channel":"email","direction":"\([a-z]*\)".*"role":"\([a-z]*\)".*/\1\2 \3/p'
}
is "a customer by domain" "$(who x@mail.acme.example support@tai.example)" \
    '"customer":"acme",in customer'
is "nobody we know" "$(who x@else.example support@tai.example)" "in customer"
is "an agent's answer" "$(who bob@elsewhere.example x@acme.example)" \
    '"customer":"acme",out agent'
is "an agent among ourselves" "$(who ann@tai.example support@tai.example)" \
    "in agent"
is "the shared mailbox answers" "$(who support@tai.example x@acme.example)" \
    '"customer":"acme",out agent'

# records
rec='{"type":"note","at":"2026-01-01T00:00:00Z","ticket":"AAAAAAAAAAAA"'
{
	echo "$rec,\"text\":\"fine\"}"
	echo "$rec}"
	echo 'not JSON'
	echo '{"type":"of-tomorrow","at":"2026-01-01T00:00:00Z","x":[1]}'
} >records
taken() { tai-ingest records --reject refused records; }
status "bad records give 65" 65 taken
is "the good ones go on" "$(taken | wc -l)" 2
is "the bad ones are kept with file and line" \
    "$(sed 's/"raw".*//' refused | sort -u)" \
    '{"tool":"tai-ingest","source":"records","line":2,"error":"note: text is missing",
{"tool":"tai-ingest","source":"records","line":3,"error":"not an object at byte 1",'
strictly() { tai-ingest records --strict records; }
status "--strict stops" 65 strictly
like "on stderr: file, line, why" "$(tai-ingest records records 2>&1 |
    head -n 1)" '^tai-ingest: records:2: note: text is missing$'
tai-ingest records -d r.db --reject refused records >r1 2>/dev/null
tai-ingest records -d r.db --reject refused records >r2 2>/dev/null
is "records are stored once" "$(tai-desk log -d r.db | wc -l)" 2

tai-desk -d r.db log | tai-ingest -d back.db records >/dev/null
is "common options may stand before the verb" \
    "$(tai-desk log -d back.db)" "$(tai-desk log -d r.db)"

# real lists, when they are there: nothing is dropped
lists=$SHARED/data/mail/list
if [ -d "$lists" ]; then
	for f in "$lists"/*.mbox; do
		want=$(grep -c \
		    '^From .* [0-9][0-9]:[0-9][0-9]:[0-9][0-9] [0-9]*$' "$f")
		tai-ingest mbox -v "$f" >list.out 2>list.err
		is "${f##*/}: all $want are counted" "$(sum list.err |
		    awk '{print $1, ($1 == $4 + $7 + $10)}')" "$want 1"
	done
else
	skip "real lists" "no data folder"
fi
# what the store refuses is told by where it came from

printf '%s\n' '' '{"type":"note","at":"2026-01-01T00:00:00Z","ticket":"AAAAAAAAAAAA","text":"x"}' >noid
like "a record without an id, by its line" \
    "$(tai-triage -d noid.db noid 2>&1 >/dev/null)" '^tai-triage: noid:2: id is'
done_testing
