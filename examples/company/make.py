#!/usr/bin/env python3
"""Makes the sample company's data from its story, always the same bytes.

    make.py        writes mail/support.mbox, *.jsonl and *.csv beside itself

story/*.txt are conversations. "== name | subject" starts one; then
    > who MM-DD HH:MM [flags]       a customer's mail, text until the next line
    < agent MM-DD HH:MM [flags]     our answer
    * agent MM-DD HH:MM what ...    the desk: assign, status, note, triage, ...
Times are Pacific, the year is 2026. story/odd.raw holds mails byte by byte.
"""
import base64
import csv
import hashlib
import io
import json
import os
import quopri
import re
import sys
import zlib
from datetime import datetime, timedelta, timezone
from email.header import Header
from zoneinfo import ZoneInfo

HERE = os.path.dirname(os.path.abspath(__file__))
PACIFIC = ZoneInfo("America/Los_Angeles")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SUPPORT = "support@tai.example"
RE = {"en": "Re: ", "de": "AW: ", "sv": "SV: ", "es": "RE: ", "ja": "Re: "}
DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def short(text, chars):
    """The first bits of SHA-256 over the text, five a character."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return "".join(ALPHABET[number >> (256 - 5 * (i + 1)) & 31]
                   for i in range(chars))


def pick(*parts):
    """A number that depends on the parts alone."""
    return zlib.crc32("\0".join(map(str, parts)).encode())


def pacific(day, clock="00:00"):
    return datetime.fromisoformat(f"{day}T{clock}:00").replace(
        tzinfo=PACIFIC).astimezone(timezone.utc)


def rfc3339(when):
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc5322(when, zone="UTC"):
    t = when.astimezone(ZoneInfo(zone))
    return (f"{DAYS[t.weekday()]}, {t.day} {MONTHS[t.month - 1]} {t.year} "
            f"{t:%H:%M:%S %z}")


def words(text):
    """A header's text, encoded where it has to be."""
    if text.isascii():
        return text
    return Header(text, "utf-8", maxlinelen=70).encode()


def mailbox(person):
    name = person["name"]
    if re.search(r"[.,@&]", name):
        name = f'"{name}"'
    return f"{words(name)} <{person['address']}>"


# -- the story ---------------------------------------------------------------

class Item:
    """One line of a story: a mail or something done at the desk."""

    def __init__(self, thread, kind, who, day, clock, rest):
        self.thread, self.kind, self.who = thread, kind, who
        self.at = pacific(f"2026-{day}", clock) + timedelta(
            seconds=pick(thread, who, day, clock) % 50)
        self.rest, self.text = rest, ""
        self.flags = {}
        if kind != "*":
            for word in re.findall(r'(\w+(?:=(?:"[^"]*"|\S+))?)', rest):
                name, _, value = word.partition("=")
                self.flags[name] = value.strip('"')


def read_story():
    items, subjects = [], {}
    for name in sorted(os.listdir(f"{HERE}/story")):
        if not name.endswith(".txt"):
            continue
        item = thread = None
        for line in open(f"{HERE}/story/{name}", encoding="utf-8"):
            if line.startswith("== "):
                thread, _, subject = line[3:].rstrip("\n").partition(" | ")
                subjects[thread] = subject
                item = None
                continue
            head = re.match(r"([<>*]) ([\w-]+) (\d\d-\d\d) (\d\d:\d\d) ?(.*)",
                            line)
            if head:
                item = Item(thread, *head.groups())
                items.append(item)
            elif item is not None:
                item.text += line
    inside = {}     # stories that go on in the thread of another
    for item in items:
        item.text = item.text.strip("\n")
        inside.setdefault(item.thread, item.flags.get("inthread"))
        if inside[item.thread]:
            item.flags["inthread"] = inside[item.thread]
    items.sort(key=lambda i: (i.at, i.kind))
    return items, subjects


def read_people():
    with open(f"{HERE}/people.csv", encoding="utf-8", newline="") as f:
        return {row["handle"]: row for row in csv.DictReader(f)}


# -- mail --------------------------------------------------------------------

def attribution(client, language, sender, when, zone):
    t = when.astimezone(ZoneInfo(zone))
    name, address = sender["name"], sender["address"]
    clock = f"{t.hour % 12 or 12}:{t:%M %p}"
    if client == "gmail" and language == "ja":
        day = "月火水木金土日"[t.weekday()]
        return (f"{t.year}年{t.month}月{t.day}日({day}) {t.hour}:{t:%M} "
                f"{name} <{address}>:")
    if client == "gmail" and language == "es":
        return (f"El {t.day}/{t.month}/{t.year} a las {t.hour}:{t:%M}, "
                f"{name} ({address}) escribió:")
    if client == "gmail":
        return (f"On {DAYS[t.weekday()]}, {MONTHS[t.month - 1]} {t.day}, "
                f"{t.year} at {clock} {name} <{address}>\nwrote:")
    if client == "apple":
        return (f"> On {MONTHS[t.month - 1]} {t.day}, {t.year}, at {clock}, "
                f"{name} <{address}> wrote:\n>")
    return f"On {t.month}/{t.day}/{t:%y} {t:%H:%M}, {name} wrote:"


def quote(item, person, last):
    """The answered mail as this person's program shows it."""
    zone = person["zone"]
    if person["client"] == "outlook":
        names = {"de": ("Von", "Gesendet", "An", "Betreff"),
                 "sv": ("Från", "Skickat", "Till", "Ämne")}.get(
                     person["language"], ("From", "Sent", "To", "Subject"))
        t = last["at"].astimezone(ZoneInfo(zone))
        return ("\n\n" + ("-----Original Message-----\n" if names[0] == "From"
                          else "_" * 32 + "\n") +
                f"{names[0]}: {last['from']['name']} "
                f"<{last['from']['address']}>\n{names[1]}: {t:%Y-%m-%d %H:%M}\n"
                f"{names[2]}: {last['to']}\n{names[3]}: {last['subject']}\n\n" +
                last["own"])
    body = "\n".join("> " + line if line else ">"
                     for line in last["own"].split("\n"))
    return "\n\n" + attribution(person["client"], person["language"],
                                last["from"], last["at"], zone) + "\n" + body


def encoded(item, person, text):
    """Content headers and body lines for the text."""
    flags = item.flags
    kind = "html" if "html" in flags else "plain"
    if "iso2022jp" in flags:
        return ([f"Content-Type: text/{kind}; charset=ISO-2022-JP",
                 "Content-Transfer-Encoding: 7bit"],
                text.encode("iso-2022-jp", "replace"))
    if "sjis" in flags:
        return ([f"Content-Type: text/{kind}; charset=Shift_JIS",
                 "Content-Transfer-Encoding: base64"],
                base64.encodebytes(text.encode("shift_jis", "replace")))
    if "latin1" in flags:
        return ([f"Content-Type: text/{kind}; charset=iso-8859-1",
                 "Content-Transfer-Encoding: quoted-printable"],
                quopri.encodestring(text.encode("latin-1", "replace")))
    if "flowed" in flags:
        text = "\n".join(flow(line) for line in text.split("\n"))
        return (["Content-Type: text/plain; charset=utf-8; format=flowed",
                 "Content-Transfer-Encoding: 8bit"], text.encode())
    if text.isascii() and max(map(len, text.split("\n"))) < 900:
        return ([f"Content-Type: text/{kind}; charset=us-ascii",
                 "Content-Transfer-Encoding: 7bit"], text.encode())
    if person["client"] == "outlook":
        return ([f"Content-Type: text/{kind}; charset=utf-8",
                 "Content-Transfer-Encoding: base64"],
                base64.encodebytes(text.encode()))
    return ([f"Content-Type: text/{kind}; charset=utf-8",
             "Content-Transfer-Encoding: 8bit"], text.encode())


def flow(line):
    out, row = [], ""
    for word in line.split(" "):
        if row and len(row) + len(word) > 70:
            out.append(row + " ")
            row = word
        else:
            row = f"{row} {word}" if row else word
    return "\n".join(out + [row])


TYPES = {"txt": "text/plain", "csv": "text/csv", "json": "application/json",
         "yaml": "application/yaml", "xml": "application/xml",
         "pdf": "application/pdf", "png": "image/png", "zip": "application/zip",
         "xlsx": "application/vnd.openxmlformats-officedocument."
                 "spreadsheetml.sheet"}


def attachment(name):
    """A small file of that name: its type and bytes."""
    end = name.rpartition(".")[2]
    if end == "png":
        data = base64.b64decode(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
            "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    elif end in ("zip", "xlsx"):
        data = b"PK\5\6" + bytes(18)
    elif end == "pdf":
        data = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
                b"trailer<</Root 1 0 R>>\n%" + name.encode() + b"\n%%EOF\n")
    elif end == "json":
        data = b'{"items":[{"sku":"CB-1001","price":18.995}]}\n'
    elif end == "csv":
        data = b"sku,quantity\nA-100,4\nA-101,0\n=1+1,2\n"
    else:
        data = f"{name}\nline 2 of {name}\n".encode()
    return TYPES[end], data


def multipart(item, kind, headers, body, parts):
    """Wraps the body and (headers, bytes) parts."""
    mark = "=_" + short(f"{item.thread} {item.at}", 20)
    out = []
    for head, data in [(headers, body)] + parts:
        out.append(b"--" + mark.encode() + b"\n" +
                   "\n".join(head).encode() + b"\n\n" + data)
    return ([f'Content-Type: multipart/{kind}; boundary="{mark}"'],
            b"\n".join(out) + b"\n--" + mark.encode() + b"--\n")


def attached(name):
    kind, data = attachment(name)
    return ([f'Content-Type: {kind}; name="{name}"',
             f'Content-Disposition: attachment; filename="{name}"',
             "Content-Transfer-Encoding: base64"], base64.encodebytes(data))


CALENDAR = """BEGIN:VCALENDAR
METHOD:REQUEST
VERSION:2.0
BEGIN:VEVENT
UID:qbr-2026q1@harborpine.example
DTSTART:20260318T150000Z
DTEND:20260318T160000Z
SUMMARY:TAI / Harbor & Pine QBR
END:VEVENT
END:VCALENDAR
"""


def message_id(item, person):
    if "id" in item.flags:
        return item.flags["id"]
    token = short(f"{item.thread} {item.who} {item.at}", 20)
    domain = person["address"].partition("@")[2]
    if person["client"] == "gmail":
        return f"CAF{token.lower()}@mail.{domain}"
    if person["client"] == "outlook":
        return f"AM0PR04MB{token}@AM0PR04.{domain}"
    if person["client"] == "apple":
        return f"{token[:8]}-{token[8:12]}-4{token[12:15]}@{domain}"
    return f"{token.lower()}@{domain}"


class Box:
    """The mailbox as it grows, and what each conversation knows."""

    def __init__(self, people, subjects):
        self.people, self.subjects = people, subjects
        self.threads = {}       # name: {root, ids, last}
        self.mails = []         # (when, envelope sender, bytes)

    def key(self, thread):
        return short(self.threads[thread]["root"], 12)

    def subject(self, item, thread, first):
        flags, person = item.flags, self.people[item.who]
        text = flags.get("subject") or self.subjects[item.thread]
        if item.kind == ">" and ("inthread" in flags or "foreign" in flags or
                                 "rootid" in flags):
            token = thread if "inthread" in flags else flags.get("foreign")
            if token and "subject" not in flags and token in self.threads:
                return f"{text} [#{self.key(token)}]"
            return text
        if first:
            return text
        text = re.sub(r"^(Re|AW|SV|RE): ", "", text)
        start = "Re: " if item.kind == "<" else RE[person["language"]]
        if item.kind == "<" or self.threads[thread]["answered"]:
            text += f" [#{self.key(thread)}]"
        return start + text

    def recipients(self, item, thread):
        """The To and Cc lines' addresses."""
        flags = item.flags
        if item.kind == ">":
            cc = [f"{flags['cc']}@tai.example"] if "cc" in flags else []
            return [SUPPORT], cc
        if flags.get("to") == "all-pro":
            return [mailbox(self.people[p]) for p in
                    ("omar", "asa", "marcus", "ines")], [SUPPORT]
        if "to" in flags:
            return [mailbox(self.people[flags["to"]])], [SUPPORT]
        return [mailbox(self.threads[thread]["customer"])], [SUPPORT]

    def add(self, item):
        flags, person = item.flags, self.people[item.who]
        thread = flags.get("inthread", item.thread)
        known = self.threads.get(thread)
        first = known is None
        mid = message_id(item, person)
        if first:
            root = flags.get("rootid", mid)
            known = self.threads[thread] = {
                "root": root, "ids": [root] if root != mid else [],
                "last": None, "answered": False, "customer": person}
        subject = self.subject(item, thread, first)
        to, cc = self.recipients(item, thread)
        text = self.text(item, person, known)
        kind, body = encoded(item, person, text)
        if "attach" in flags:
            kind, body = multipart(item, "mixed", kind, body,
                                   [attached(flags["attach"])])
        if "ics" in flags:
            kind, body = multipart(item, "alternative", kind, body, [
                (["Content-Type: text/calendar; method=REQUEST; charset=utf-8"],
                 CALENDAR.encode())])
        if "dsn" in flags:
            kind, body = self.bounce(item, known)
            subject = "Undelivered Mail Returned to Sender"
        head = [f"From: {mailbox(person)}", f"To: {', '.join(to)}"]
        head += [f"Cc: {', '.join(cc)}"] if cc else []
        head += ["Subject: " + (subject if "rawsubject" in flags
                                else words(subject)),
                 f"Date: {rfc5322(item.at, person['zone'])}",
                 f"Message-ID: <{mid}>"]
        if known["ids"] and "noref" not in flags and "foreign" not in flags:
            head.append(f"In-Reply-To: <{known['ids'][-1]}>")
            if "irt" not in flags:
                head.append("References: " + "\n ".join(
                    f"<{i}>" for i in known["ids"]))
        head += self.extra(flags)
        head += ["MIME-Version: 1.0"] + kind
        raw = "\n".join(head).encode() + b"\n\n" + body
        if not raw.endswith(b"\n"):
            raw += b"\n"
        self.deliver(item, person, raw)
        if mid not in known["ids"]:
            known["ids"].append(mid)
        if item.kind == "<":
            known["answered"] = True
        elif not flags.get("auto") and "dsn" not in flags:
            known["customer"] = person
        known["last"] = {"at": item.at, "from": person, "own": item.text,
                         "to": ", ".join(to), "subject": subject}

    def text(self, item, person, known):
        text, flags, last = item.text, item.flags, known["last"]
        if person["signature"]:
            text += f"\n\n-- \n{person['name']}\n{person['signature']}"
        if last is None or flags.get("quote") == "none" or "html" in flags or \
                "auto" in flags or "foreign" in flags or last["own"] == "":
            return text
        if "inline" in flags:
            lines = last["own"].split("\n")
            return ("\n".join("> " + line for line in lines) + "\n\n" + text +
                    "\n")
        return text + quote(item, person, last)

    @staticmethod
    def extra(flags):
        if "list" in flags:
            return ["List-Id: <list.example>", "Precedence: list",
                    "List-Unsubscribe: <https://list.example/u>"]
        if "auto" in flags:
            return [f"Auto-Submitted: auto-{flags['auto']}",
                    "X-Auto-Response-Suppress: All"]
        return ["Auto-Submitted: auto-replied"] if "dsn" in flags else []

    def bounce(self, item, known):
        last = known["last"]
        report = ("Reporting-MTA: dns; mx.graniteworks.example\n\n"
                  "Final-Recipient: rfc822; paul@graniteworks.example\n"
                  "Action: failed\nStatus: 5.1.1\n"
                  "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n")
        original = (f"Message-ID: <{known['ids'][-1]}>\n"
                    f"From: {mailbox(last['from'])}\n"
                    f"Subject: {last['subject']}\n")
        kind, body = multipart(
            item, "report", ["Content-Type: text/plain; charset=us-ascii"],
            b"<paul@graniteworks.example>: user unknown\n", [
                (["Content-Type: message/delivery-status"], report.encode()),
                (["Content-Type: text/rfc822-headers"], original.encode())])
        return ([kind[0] + "; report-type=delivery-status"], body)

    def deliver(self, item, person, raw):
        """Puts the mail into the box, with what our server adds."""
        flags, host = item.flags, person["address"].partition("@")[2]
        at = item.at + timedelta(seconds=2 + pick(raw.hex()) % 7)
        verdict = "fail" if "authfail" in flags else "pass"
        sender = "" if "dsn" in flags else person["address"]
        copies = [(at, SUPPORT)]
        if "dup" in flags:
            copies.append((at + timedelta(minutes=int(flags["dup"])),
                           "help@tai.example"))
        for when, rcpt in copies:
            stamp = (f"Return-Path: <{sender}>\n"
                     f"Authentication-Results: mx.tai.example; "
                     f"spf={verdict} smtp.mailfrom={host}; "
                     f"dkim={verdict} header.d={host}\n"
                     f"Received: from mail.{host} (mail.{host} [192.0.2."
                     f"{pick(host) % 250 + 1}])\n"
                     f"\tby mx.tai.example (Postfix) with ESMTPS id "
                     f"{short(f'{when}{item.who}', 10)}\n"
                     f"\tfor <{rcpt}>; "
                     f"{rfc5322(when, 'America/Los_Angeles')}\n")
            self.mails.append((when, sender or "MAILER-DAEMON",
                               stamp.encode() + raw))

    def add_raw(self):
        """The mails of odd.raw, with the server's stamp only.

        "@ MM-DD HH:MM [name who]" begins one; a name is for the stories
        that go on from it, by the Message-ID it has.
        """
        with open(f"{HERE}/story/odd.raw", encoding="ascii") as f:
            blocks = re.split(r"(?m)^@ (\d\d-\d\d) (\d\d:\d\d) ?(.*)\n",
                              f.read())
        for day, clock, name, text in zip(*(blocks[i::4] for i in range(1, 5))):
            if name:
                name, who = name.split()
                root = re.search(r"(?m)^Message-ID: <(.*)>", text)[1]
                self.threads[name] = {
                    "root": root, "ids": [root], "last": None,
                    "answered": False, "customer": self.people[who]}
            when = pacific(f"2026-{day}", clock)
            raw = re.sub(rb"\\x(..)", lambda m: bytes.fromhex(m[1].decode()),
                         text.encode())
            stamp = ("Received: from unknown (unknown [198.51.100.7])\n"
                     "\tby mx.tai.example (Postfix) with SMTP id "
                     f"{short(text, 10)};\n"
                     f"\t{rfc5322(when, 'America/Los_Angeles')}\n")
            self.mails.append((when, "MAILER-DAEMON", stamp.encode() + raw))

    def mbox(self):
        """As mboxrd, in the order of arrival."""
        out = []
        for when, sender, raw in sorted(self.mails, key=lambda m: m[0]):
            day = (f"{DAYS[when.weekday()]} {MONTHS[when.month - 1]} "
                   f"{when.day:2d} {when:%H:%M:%S} {when.year}")
            raw = re.sub(rb"(?m)^(>*From )", rb">\1", raw)
            out.append(f"From {sender} {day}\n".encode() + raw + b"\n")
        return b"".join(out)


# -- records -----------------------------------------------------------------

def record(kind, at, part, /, **fields):
    """One record; its id depends on the content."""
    line = {"v": 1, "type": kind, "id": "", "at": rfc3339(at)}
    line.update({k: v for k, v in fields.items() if v not in (None, "")})
    line["id"] = short(f"{part}\0{json.dumps(line, sort_keys=True)}", 16)
    return line


def lines(records):
    return "".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) +
                   "\n" for r in records).encode()


def desk(box, items, people):
    """What the agents did: one record for each line with a star."""
    out, last = [], {}
    for item in items:
        thread = item.flags.get("inthread", item.thread)
        last[thread] = item
        if item.kind != "*":
            continue
        what, _, rest = item.rest.partition(" ")
        key, by = box.key(thread), people[item.who]["address"]
        part = f"{item.thread} {item.at}"
        if what in ("resolved", "closed", "waiting", "open", "progress"):
            out.append(record("status", item.at, part, ticket=key, status=what,
                              by=by, why=rest))
        elif what == "excluded":
            out.append(record("status", item.at, part, ticket=key,
                              excluded=rest, by=by))
        elif what == "assign":
            out.append(record("assign", item.at, part, ticket=key, by=by,
                              assignee=people[rest]["address"]))
        elif what == "note":
            out.append(record("note", item.at, part, ticket=key, text=rest,
                              by=by))
        elif what == "merge":
            out.append(record("merge", item.at, part, ticket=key, by=by,
                              into=box.key(rest)))
        elif what == "triage":
            out.append(record("triage", item.at, part, ticket=key, by=by,
                              **dict(w.split("=") for w in rest.split())))
        else:
            sys.exit(f"{item.thread}: the desk knows no {what}")
    # A week after the last word a resolved ticket is closed.
    end = pacific("2026-03-14")
    for thread, item in sorted(last.items()):
        at = item.at + timedelta(days=7)
        if item.kind == "*" and item.rest.startswith("resolved") and at < end:
            out.append(record("status", at, thread, ticket=box.key(thread),
                              status="closed", why="a week without an answer",
                              by="mira@tai.example"))
    return sorted(out, key=lambda r: (r["at"], r["id"]))


INCIDENTS = [
    # started, ended, severity, title, affects, customers, cause, fix, and
    # what is known of how much of it was gone
    ("2026-01-20 07:08", "2026-01-20 08:05", "P2", "API latency over 2 s",
     "api", "", "a long query blocked replication on one replica",
     "long queries run on a machine of their own", {"impact": "degraded"}),
    ("2026-02-03 05:14", "2026-02-03 06:09", "P1", "Events API down", "api",
     "", "a migration locked the events table",
     "migrations run against a copy of production size first", {}),
    ("2026-02-21 02:10", "2026-02-21 03:38", "P2", "Gateway US-East 2 down",
     "api", "harbor", "a failed power supply and a switch that did not take "
     "over", "both gateways are tested every month", {}),
    ("2026-02-25 17:00", "2026-02-25 18:41", "P3", "502 in the Tokyo region",
     "api", "kaigan", "a gateway with a stale certificate bundle",
     "bundles are reloaded every hour", {"weight": 5}),
    ("2026-02-27 11:50", "", "P3", "Webhooks to one ERP time out", "webhooks",
     "cobalt", "", "", {"impact": "degraded"}),
    ("2026-02-27 15:45", "2026-02-27 16:41", "P2", "Rules cannot be saved",
     "dashboard", "", "a full disk on the rule editor's database",
     "the disk is watched and grows by itself", {"impact": "degraded"}),
    ("2026-03-02 07:00", "2026-03-02 08:28", "P2", "Webhooks late", "webhooks",
     "meridian", "an import flooded the workers",
     "a limit per customer on every queue", {"impact": "degraded"}),
    ("2026-03-08 01:25", "2026-03-08 03:04", "P2", "Price list empty in Tokyo",
     "pipeline", "kaigan", "a price run published an empty list",
     "a run may no longer publish an empty one", {}),
]
MAINTENANCE = [
    # announced, started, ended, title
    ("2026-01-09 10:00", "2026-01-18 02:00", "2026-01-18 04:00",
     "Database upgrade"),
]


def incidents():
    out = []
    for announced, started, ended, title in MAINTENANCE:
        at, a, b = (pacific(*t.split()) for t in (announced, started, ended))
        out.append(record("maintenance", at, title, title=title,
                          started=rfc3339(a), ended=rfc3339(b),
                          announced=rfc3339(at)))
    for (started, ended, severity, title, affects, who, cause, fix,
         more) in INCIDENTS:
        a = pacific(*started.split())
        b = pacific(*ended.split()) if ended else None
        out.append(record(
            "incident", a, title, severity=severity, title=title,
            status="resolved" if b else "investigating", started=rfc3339(a),
            ended=rfc3339(b) if b else None, affects=[affects],
            customers=[who] if who else None, cause=cause, fix=fix, **more))
    return out


MONTHS_BILLED = [("2026-01", "2026-01-01", "2026-02-01"),
                 ("2026-02", "2026-02-01", "2026-03-01")]


def tier_in(customers, name, month):
    """The customer's row that holds in the middle of the month."""
    rows = [c for c in customers if c["customer"] == name and
            c["since"][:10] <= f"{month}-15"]
    return rows[-1]


def answers(box):
    out = []
    with open(f"{HERE}/story/answers.csv", encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            at = pacific(*row["at"].split())
            thread = row["thread"]
            out.append(record(
                "answer", at, f"{thread} {row['kind']} {at}",
                ticket=box.key(thread) if thread else None,
                customer=row["customer"], kind=row["kind"],
                score=int(row["score"]) if row["score"] else None,
                comment=row["comment"],
                anonymous=True if row["anonymous"] else None))
    return sorted(out, key=lambda r: (r["at"], r["id"]))


def labels(box, items):
    """What a person would say of each ticket's first mail, and whether a
    robot may settle it."""
    first, out = {}, []
    for item in items:
        if item.kind == ">":
            first.setdefault(item.thread, item)
    with open(f"{HERE}/story/labels.csv", encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            item = first[row["thread"]]
            out.append({"ticket": box.key(row["thread"]),
                        "subject": box.subjects[row["thread"]],
                        "text": item.text, "category": row["category"],
                        "topic": row["topic"], "severity": row["severity"],
                        "robot": row["robot"] == "yes"})
    return out


def table(head, rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([head] + rows)
    return out.getvalue().encode()


def usage(customers):
    size = {"starter": (480, 450000), "professional": (4700, 4600000),
            "enterprise": (38000, 61000000)}
    rows = []
    for month, _, _ in MONTHS_BILLED:
        for name in sorted({c["customer"] for c in customers}):
            skus, gmv = size[tier_in(customers, name, month)["tier"]]
            skus = skus * (80 + pick(name, "skus") % 20) // 100
            if (name, month) == ("cobalt", "2026-02"):
                skus = 5340
            gmv = gmv * (70 + pick(name, month) % 30)
            rows += [[name, month, "skus", skus], [name, month, "gmv", gmv],
                     [name, month, "api_calls", skus * 31 +
                      pick(month, name, "calls") % 90000],
                     [name, month, "custom_rules", pick(name, "rules") % 4]]
    return table(["customer", "month", "metric", "quantity"], rows)


SPECIAL = {     # lines that the story tells of
    ("meridian", "2026-01"): [("participation", 1, 1141000)],
    ("meridian", "2026-02"): [("participation", 1, 986600),
                              ("correction", 1, -154400)],
    ("harbor", "2026-02"): [("credit", 1, -1875000)],
    ("cobalt", "2026-02"): [("sku_overage", 340, 150)],
    ("oakiron", "2026-02"): [("waiver", 1, -250000)],
}


def invoices(customers):
    rows = []
    for month, _, after in MONTHS_BILLED:
        for name in sorted({c["customer"] for c in customers}):
            row = tier_in(customers, name, month)
            number = f"{month}-{name}"
            issued = datetime.fromisoformat(after)
            due = issued + timedelta(days=30)
            charges = [("base", 1, int(row["fee"]))]
            rules = pick(name, "rules") % 4
            if rules:
                charges.append(("custom_rules", rules, 50000))
            charges += SPECIAL.get((name, month), [])
            rows += [[number, name, month, kind, n, price, n * price,
                      row["currency"], f"{issued:%Y-%m-%d}", f"{due:%Y-%m-%d}"]
                     for kind, n, price in charges]
    return table(["invoice", "customer", "month", "kind", "quantity",
                  "unit_price", "amount", "currency", "issued", "due"], rows)


def main():
    people = read_people()
    items, subjects = read_story()
    with open(f"{HERE}/rules/customers.csv", encoding="utf-8",
              newline="") as f:
        customers = list(csv.DictReader(f))
    box = Box(people, subjects)
    box.add_raw()
    for item in items:
        if item.kind != "*":
            box.add(item)
    for name, data in {
            "mail/support.mbox": box.mbox(),
            "desk.jsonl": lines(desk(box, items, people)),
            "incidents.jsonl": lines(incidents()),
            "answers.jsonl": lines(answers(box)),
            "labels.jsonl": lines(labels(box, items)),
            "usage.csv": usage(customers),
            "invoices.csv": invoices(customers)}.items():
        with open(f"{HERE}/{name}", "wb") as f:
            f.write(data)


if __name__ == "__main__":
    main()
