#!/bin/sh
# A person's answer that reaches nobody: its ticket is open again.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
export TAI_DB=bounce.db TAI_USER=mira

cat >asked <<'EOF'
From: Ann <ann@acme.example>
To: support@tai.example
Subject: Cannot log in
Message-ID: <in1@acme.example>
Date: Thu, 15 Jan 2026 11:00:00 +0000

We cannot log in.
EOF
# report ACTION STATUS MESSAGE-ID: what the mail server says of an answer
report() {
	cat <<EOF
Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx.tai.example>
To: support@tai.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn-$1-$2@mx.tai.example>
Date: Thu, 15 Jan 2026 12:10:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Your message.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.tai.example

Final-Recipient: rfc822; ann@acme.example
Action: $1
Status: $2
Diagnostic-Code: smtp; 550 $2 no such user

--B
Content-Type: text/rfc822-headers

From: support@tai.example
To: ann@acme.example
References: <in1@acme.example>
Message-ID: <$3>

--B--
EOF
}
now() { tai-desk list --all --json --now 2026-01-15T13:00:00Z | jq -r .status; }
tai-ingest mail --now 2026-01-15T11:00:10Z <asked >/dev/null
echo "Please reset it." | tai-desk reply 1 --now 2026-01-15T12:00:00Z >reply
tai-desk set 1 status=resolved --now 2026-01-15T12:05:00Z >/dev/null
name=$(jq -r .message_id reply)
is "it was answered and is resolved" "$(now)" resolved

report delayed 4.4.1 "$name" | tai-ingest mail >/dev/null
is "what is only late changes nothing" "$(now)" resolved
report failed 4.2.2 "$name" | tai-ingest mail >/dev/null
is "nor does a full mailbox" "$(now)" resolved
report failed 5.1.1 nobody@elsewhere.example | sed /^References/d |
    tai-ingest mail >/dev/null
is "nor a mail that is not ours" "$(tai-desk list --all --json \
    --now 2026-01-15T13:00:00Z | jq -r 'select(.number==1).status')" resolved
report failed 5.1.1 "$name" | sed 's/dsn-/DSN-/' | tai-ingest mail >/dev/null
is "what failed for good opens it" "$(tai-desk list --json \
    --now 2026-01-15T13:00:00Z | jq -r '[.number,.status]|@tsv')" "1	open"
is "and says why" "$(tai-desk log --type status | jq -r 'select(.by ==
    "tai-ingest")|.why')" \
    "not delivered to ann@acme.example: 550 5.1.1 no such user"
report failed 5.1.1 "$name" | sed 's/dsn-/DSN-/' | tai-ingest mail >/dev/null
is "once" "$(tai-desk log --type status | grep -c tai-ingest)" 1
like "the answer's clock has what it had" \
    "$(tai-desk show 1 --now 2026-01-15T13:00:00Z)" '^response +met'
done_testing
