#!/bin/sh
# tai-kb: articles found by words and by what customers write.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

found() { tai-kb search "$@" --json | jq -r .article | head -n 1; }
is "by words of the title" "$(found signature webhook)" webhook-signature
is "by keywords" "$(found 2fa)" sign-in
is "whatever the ending" "$(found Signatures verifying)" webhook-signature
is "what nobody wrote about" "$(found zebra)" ""
is "words that say nothing find nothing" "$(found the and of)" ""
status "no words" 64 tai-kb search
like "a table" "$(tai-kb search invoice --table)" '^invoices +[0-9.]+ +5  Read'
suggest() { tai-kb suggest --json | jq -r .article; }
is "a customer's words" "$(printf 'Hello,\nsince today all calls end in 429, too many requests.\nWhat is our rate limit?\n' |
    suggest | head -n 1)" rate-limits
is "nothing for what is about something else" \
    "$(echo 'The weather is lovely here in spring.' | suggest)" ""
is "hostile text" "$(head -c 100000 /dev/zero | tr '\0' 'x' | suggest)" ""

message() {
	printf '{"v":1,"type":"message","id":"M1","at":"2026-01-15T14:47:00Z","ticket":"K7Q2M9X4T8WN","channel":"email","direction":"in","from":{"address":"ann@acme.example"},"role":"customer","subject":"%s","text":"%s"}\n' "$1" "$2"
}
message "Signature mismatch" "the hmac of the webhook is not the one in the header" >one
is "triage puts articles beside a ticket" "$(tai-triage --only one |
    jq -r '.kb[0]')" webhook-signature
is "and none where there is none" "$(message Hello "how are you" |
    tai-triage --only | jq -r 'has("kb")')" false
tai-ingest records -d s.db one >/dev/null
is "a ticket's" "$(tai-kb suggest K7Q2 -d s.db --json | jq -r .article |
    head -n 1)" webhook-signature
status "no such ticket" 64 tai-kb suggest ZZZZ -d s.db
tai-triage --pending -d s.db >/dev/null
like "the desk shows them" "$(tai-desk show 1 -d s.db)" \
    'articles: webhook-signature'

is "the articles are sound" "$(tai-kb lint)" ""
ok "at least a dozen" test "$(find "$ROOT/templates/kb" -name '*.md' |
    wc -l)" -ge 12
mkdir -p own/templates/kb
lint() { tai-kb lint -r "own:$ROOT/rules"; }
printf -- '---\ntitle: x\nrelated: [gone]\n---\n## Problem\n{{links.nowhere}}\n' \
    >own/templates/kb/mine.md
status "what an article lacks" 1 lint
for want in 'mine.md:1: section is missing' "'gone' is not there" \
    "no part 'Solution'" "mine.md:6: no value 'links.nowhere'"; do
	like "is told: $want" "$(lint)" "$want"
done
printf -- '---\ntitle: [\n---\n' >own/templates/kb/bad.md
printf 'no front matter\n' >own/templates/kb/worse.md
printf -- '---\ntitle: x\ncolour: red\n---\n' >own/templates/kb/worst.md
lint >out
is "broken articles are findings" $? 1
for want in 'mine.md:1: section is missing' 'bad.md:[0-9]+: .' \
    'worse.md:1: .' "worst.md:3: unknown key 'colour'"; do
	like "all of them are told: $want" "$(cat out)" "^own/.*/$want"
done
tai-ingest records -d bad.db one >/dev/null
tai-triage --pending -d bad.db -r "own:$ROOT/rules" >out 2>err
is "triage does not begin with one" "$? $(cat out)" "78 "
like "and says which" "$(cat err)" \
    '^tai-triage: own/templates/kb/bad.md:[0-9]+: .'
is "it has kept nothing" "$(tai-desk log -d bad.db | wc -l)" 1
rm own/templates/kb/bad.md own/templates/kb/wors*
rm own/templates/kb/mine.md
printf -- '---\ntitle: Ours\nkeywords: [2fa]\n---\nours\n' \
    >own/templates/kb/sign-in.md
is "a company's own article stands for ours" "$(tai-kb search 2fa --json \
    -r "own:$ROOT/rules" | jq -r .title)" Ours
done_testing
