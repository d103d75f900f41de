#!/usr/bin/env python3
"""gen_mail.py N FOLDER: N mails as a Maildir, always the same ones.

Four kinds in the shares seen in support mailboxes: plain text, text beside
HTML, base64 text with an attachment now and then, and legacy charsets. Six in
ten answer an earlier mail.
"""
import base64
import os
import quopri
import random
import sys
import time
from email.header import Header

COUNT, FOLDER = int(sys.argv[1]), sys.argv[2]
START = 1767225600
R = random.Random(20260101)
CUSTOMERS = ["acme", "northwind", "globex", "initech", "umbrella", "stark"]
NAMES = ["Ana Lima", "Jörg Weiß", "Mia Chen", "Zoë Núñez", "Tom Reed", "Li Wei"]
OPENERS = ["Hello,", "Hi team,", "Good morning,", "Dear support,"]
PIECES = [
    "the API answers {n} since {h} o'clock and our import stops",
    "webhooks for order {id} arrive {n} seconds late",
    "could you tell me how to raise the limit of {n} calls a minute",
    "the invoice for {month} shows {n} USD, we expected {m}",
    "our dashboard needs {n} seconds to load and then shows old figures",
    "rule {id} fires twice for the same event",
    "we get error {id} when we upload a file of {n} MB",
    "please add a filter by region to the export",
    "the login page sends me back to the start with code {n}",
    "thank you, that works now, we close this on our side",
]
ODD = [("iso-8859-1", "Die Übertragung schlägt fehl, schöne Grüße. "),
       ("koi8-r", "Здравствуйте, не могу войти в систему. "),
       ("iso-2022-jp", "ログインできません。確認してください。"),
       ("windows-1252", "Le système “rapide” n’est pas prêt — 25 €. ")]
MONTHS = ["January", "February", "March"]


def sentence():
    text = R.choice(PIECES).format(
        n=R.randint(2, 900), m=R.randint(2, 900), h=R.randint(0, 23),
        id=R.randint(1000, 99999), month=R.choice(MONTHS))
    return text[0].upper() + text[1:] + R.choice([".", ".", "?", ", see below."])


def paragraphs(size):
    lines, total, line = [], 0, ""
    while total < size:
        line += sentence() + " "
        if len(line) > 60 or R.random() < .2:
            lines.append(line.strip())
            total += len(line)
            line = ""
            if R.random() < .3:
                lines.append("")
    return "\n".join(lines)


def quote(text):
    return "\n".join("> " + line for line in text.split("\n")[:30])


def encoded(text, charset="utf-8"):
    return text if text.isascii() else Header(text, charset).encode()


def mail(number, threads):
    at = START + number * 97
    name = R.choice(NAMES)
    domain = R.choice(CUSTOMERS) + ".example"
    address = "user%d@%s" % (R.randint(1, 400), domain)
    message_id = "%x.%d@%s" % (R.getrandbits(64), number, domain)
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(at))
    head = ["Return-Path: <%s>" % address,
            "Received: from mx.%s by mail.tai.example with ESMTPS id %X\n\tfor"
            " <support@tai.example>; %s" % (domain, R.getrandbits(48), date),
            "DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=m;\n\tb=%s" % (
                domain, base64.b64encode(R.randbytes(128)).decode()),
            "From: %s <%s>" % (encoded(name), address),
            "To: support@tai.example", "Date: " + date,
            "Message-ID: <%s>" % message_id, "MIME-Version: 1.0"]
    quoted = ""
    if threads and R.random() < .6:
        thread = threads[-1 - int(R.expovariate(1 / 60)) % len(threads)]
        subject = "Re: " + thread[0]
        head += ["In-Reply-To: <%s>" % thread[-1],
                 "References: " + "\n\t".join("<%s>" % i for i in thread[1:])]
        if len(thread) < 14:
            thread.append(message_id)
        quoted = "\n\nOn %s, Support wrote:\n%s\n" % (date, quote(paragraphs(600)))
    else:
        subject = sentence()[:60]
        threads.append([subject, message_id])
    size = min(20000, max(400, int(R.lognormvariate(7.6, .8))))
    kind = R.random()
    if kind >= .95:
        charset, odd = R.choice(ODD)
        head += ["Subject: " + encoded(odd[:20], charset),
                 "Content-Type: text/plain; charset=" + charset,
                 "Content-Transfer-Encoding: base64"]
        text = odd * max(1, size // 2 // len(odd))
        return at, head, base64.encodebytes(text.encode(charset, "replace"))
    head.append("Subject: " + encoded(subject))
    text = "%s\n\n%s\n%s\n-- \n%s\n" % (
        R.choice(OPENERS), paragraphs(size), quoted, name)
    if kind < .6:
        head += ["Content-Type: text/plain; charset=utf-8",
                 "Content-Transfer-Encoding: 8bit"]
        return at, head, text.encode()
    boundary = "=_%016x" % R.getrandbits(64)
    if kind < .85:
        html = "<html><body>%s</body></html>" % "".join(
            "<p>%s</p>\n" % line for line in text.split("\n"))
        parts = [("text/plain", text), ("text/html", html)]
        head.append('Content-Type: multipart/alternative; boundary="%s"' % boundary)
        body = "".join(
            "--%s\nContent-Type: %s; charset=utf-8\n"
            "Content-Transfer-Encoding: quoted-printable\n\n%s\n" % (
                boundary, kind, quopri.encodestring(part.encode()).decode())
            for kind, part in parts)
    else:
        head.append('Content-Type: multipart/mixed; boundary="%s"' % boundary)
        body = ("--%s\nContent-Type: text/plain; charset=utf-8\n\n%s\n"
                '--%s\nContent-Type: image/png; name="screen.png"\n'
                "Content-Transfer-Encoding: base64\n\n%s" % (
                    boundary, text, boundary,
                    base64.encodebytes(R.randbytes(size)).decode()))
    return at, head, (body + "--%s--\n" % boundary).encode()


def main():
    for sub in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(FOLDER, sub), exist_ok=True)
    threads = []
    for number in range(COUNT):
        at, head, body = mail(number, threads)
        del threads[:-4000]
        path = "%s/cur/%d.M%dP1.host:2,S" % (FOLDER, at, number)
        with open(path, "wb") as out:
            out.write("\n".join(head).encode() + b"\n\n" + body)


main()
