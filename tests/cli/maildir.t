#!/bin/sh
# tai-ingest maildir: only what is new is opened, nothing is passed over.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

put() {		# put FILE NUMBER: a mail of its own
	printf 'From: Ann <ann@acme.example>\nMessage-ID: <%s@acme.example>\n' \
	    "$2" >"$1"
	printf 'Subject: case %s\n\nhello\n' "$2" >>"$1"
}
run() {
	tai-ingest maildir -d s.db --stats "$@" >out 2>err
}
said() { sed 's/^tai-ingest: //' err; }

mkdir -p md/new md/cur md/tmp
for n in 1 2 3; do
	put "md/cur/176824080$n.M${n}P1.host:2,S" $n
done
put md/new/1768240804.M4P1.host 4
put md/tmp/1768240805.M5P1.host 5
run md
is "all are new at first" "$(said)" \
"md: 4 files, 4 new
4 messages = 4 records + 0 duplicates + 0 ignored + 0 rejects"
run md
is "none is opened again" "$(said)" \
"md: 4 files, 0 new
0 messages = 0 records + 0 duplicates + 0 ignored + 0 rejects"
mv md/new/1768240804.M4P1.host md/cur/1768240804.M4P1.host:2,
mv md/cur/1768240801.M1P1.host:2,S md/cur/1768240801.M1P1.host:2,RS
mv md/tmp/1768240805.M5P1.host md/new/
run "$PWD/md/."
like "flags and another path change nothing; a delivery is new" "$(said)" \
    ': 5 files, 1 new$'
run --all md
is "--all looks at everything" "$(said)" \
"md: 5 files, 5 new
5 messages = 0 records + 5 duplicates + 0 ignored + 0 rejects"
rm md/cur/1768240802.M2P1.host:2,S
run md
put md/cur/1768240802.M2P1.host:2,S 2b
run md
is "a name that was gone is new" "$(said)" \
"md: 5 files, 1 new
1 messages = 1 records + 0 duplicates + 0 ignored + 0 rejects"
tai-ingest maildir -d s.db -n --stats md >out 2>err
put md/new/1768240806.M6P1.host 6
tai-ingest maildir -d s.db -n md >out 2>err
run md
is "a dry run takes nothing" "$(said | head -n 1)" "md: 6 files, 1 new"
tai-ingest maildir --stats md >out 2>err
is "without a store all of it is looked at" "$(said)" \
"md: 6 files, 6 new
6 messages = 6 records + 0 duplicates + 0 ignored + 0 rejects"

# names that nothing makes unique are not trusted
put md/new/msg1 one
run md
run md
is "a short name is looked at again" "$(said | head -n 1)" \
    "md: 7 files, 1 new"
rm md/new/msg1
put md/new/msg1 another
run md
is "as it may be another mail by then" "$(said | tail -n 1)" \
    "1 messages = 1 records + 0 duplicates + 0 ignored + 0 rejects"
rm md/new/msg1

# what is not taken
put md/cur/1768240811.M1P1.host:2,DS draft
put md/cur/1768240812.M1P1.host:2,ST trash
put 'md/cur/1768240813.M1P1.host,S=82,W=85:2,Sa' sizes
put 'md/cur/1768240814.M1P1.host;2,S' semicolon
echo 'dovecot' >md/dovecot-uidlist
run md
is "drafts and the trash are ignored" "$(said)" \
"md: 10 files, 2 new
4 messages = 2 records + 0 duplicates + 2 ignored + 0 rejects"
mv md/cur/1768240811.M1P1.host:2,DS md/cur/1768240811.M1P1.host:2,S
run md
is "until they are drafts no more" "$(said | tail -n 1)" \
    "2 messages = 1 records + 0 duplicates + 1 ignored + 0 rejects"
rm md/cur/1768240812.M1P1.host:2,ST

# what is no mail
mkfifo md/new/1768240821.M1P1.host
ln -s /etc/passwd md/new/1768240822.M1P1.host
mkdir md/new/1768240823.M1P1.host
put md/new/1768240824.M1P1.host last
odd() { timeout 20 tai-ingest maildir -d s.db --stats md >out 2>err; }
status "a pipe, a link and a folder among the mail" 65 odd
is "are told, the rest goes in" "$(said)" \
"md: 13 files, 4 new
md/new/1768240821.M1P1.host: not a file
md/new/1768240822.M1P1.host: a symbolic link, not followed
md/new/1768240823.M1P1.host: not a file
4 messages = 1 records + 0 duplicates + 0 ignored + 3 rejects"
rm md/new/176824082[12].*
rmdir md/new/1768240823.*
if [ "$(id -u)" != 0 ]; then
	put md/new/1768240825.M1P1.host secret
	chmod 0 md/new/1768240825.M1P1.host
	unreadable() { run md; }
	status "a file that may not be read" 74 unreadable
	rm -f md/new/1768240825.M1P1.host
fi
truncate -s 300M md/new/1768240826.M1P1.host
large() { run md; }
status "a file over all limits is refused" 65 large
is "with its size" "$(said | sed -n 2p)" \
    "md/new/1768240826.M1P1.host: larger than 268435456 bytes"
rm md/new/1768240826.M1P1.host

# servers may pack messages
put plain packed
gzip -c plain >md/cur/1768240831.M1P1.host,S=82:2,SZ
run md
like "a packed message is unpacked" "$(cat out)" '"subject":"case packed"'

# folders within
mkdir -p md/.Sub.Folder/new md/.Sub.Folder/cur md/.Sub.Folder/tmp \
    md/other/deep/cur md/other/deep/new md/other/empty
put md/.Sub.Folder/new/1768240841.M1P1.host sub
put md/other/deep/cur/1768240842.M1P1.host:2, deep
ln -s .. md/other/loop
run md
is "folders within are left alone" "$(grep -c case out)" 0
run --recursive md
is "but with --recursive" "$(said)" \
"md: 11 files, 0 new
md/.Sub.Folder: 1 files, 1 new
md/other/deep: 1 files, 1 new
2 messages = 2 records + 0 duplicates + 0 ignored + 0 rejects"
no_folder() { tai-ingest maildir plain; }
status "what is no folder is told" 74 no_folder
none() { tai-ingest maildir md/other; }
status "and what is no Maildir" 74 none

# a limit on file sizes
head -c 2000000 /dev/urandom | base64 >>plain
cp plain md/new/1768240851.M1P1.host
limited() { (ulimit -f 1000; tai-ingest maildir -d s.db md >out 2>err); }
status "a store that may not grow: again later" 75 limited
run md
is "and later it is in" "$(said | tail -n 1)" \
    "1 messages = 1 records + 0 duplicates + 0 ignored + 0 rejects"
ok "the store is whole" tai-desk verify -d s.db
done_testing
