"""thread.py BIN ROOT: the cases of tests/data/thread, as TAP."""
import datetime
import hashlib
import hmac
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

BIN, ROOT = sys.argv[1:3]
DATA = os.path.join(ROOT, "tests/data/thread")
KEYS = ["the key that signs now", "the key that signed before"]
START = datetime.datetime(2026, 1, 5, 9, 0)
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ORDERS = 6

count = failed = 0


def ok(good, name, why=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in str(why).splitlines() if not good else []:
        print("# " + line)


def base32(digest, digits):
    n = int.from_bytes(digest, "big") >> (len(digest) * 8 - 5 * digits)
    return "".join(DIGITS[n >> 5 * i & 31] for i in reversed(range(digits)))


def sign(key, what, name, nonce):
    text = "tai %s %s %s" % (what, name, nonce)
    mac = hmac.new(key.encode(), text.encode(), hashlib.sha256)
    return base32(mac.digest(), 13)


class Mail:
    def __init__(self, case, label, group, rest):
        self.case, self.label, self.group = case, label, group
        self.method = rest.pop(0) if rest and "=" not in rest[0] else None
        self.expect = dict(r.split("=", 1) for r in rest)
        self.head, self.text, self.at = [], [], None

    def get(self, name):
        for key, value in self.head:
            if key.lower() == name.lower():
                return value
        return None


class Case:
    def __init__(self, name, options):
        self.name, self.options, self.steps = name, options, []
        self.date = ""

    def mails(self):
        return [s for s in self.steps if isinstance(s, Mail)]

    def id(self, label):
        for m in self.mails():
            given = m.get("Message-ID")
            if m.label == label and given and "<" in given:
                return given.split("<")[1].split(">")[0]
        return "%s.%s@made.example" % (label, self.name.replace(" ", "-"))

    def key(self, label):
        digest = hashlib.sha256(self.id(label).encode()).digest()
        return base32(digest, 12)

    def made(self, m):
        what, key = m.group(1), self.key(m.group(2))
        nonce = "N0NCE"
        forms = {
            "id": lambda: self.id(m.group(2)),
            "key": lambda: key,
            "token": lambda: "[#%s]" % key,
            "signed": lambda: "<%s.%s.%s@tai.example>" % (
                key, nonce, sign(KEYS[0], "message", key, nonce)),
            "old": lambda: "<%s.%s.%s@tai.example>" % (
                key, nonce, sign(KEYS[1], "message", key, nonce)),
            "forged": lambda: "<%s.%s.%s@tai.example>" % (
                key, nonce, sign("some other key", "message", key, nonce)),
            "address": lambda: "support+%s-%s@tai.example" % (
                key, sign(KEYS[0], "address", key, "")),
            "badaddress": lambda: "support+%s-%s@tai.example" % (
                key, sign("some other key", "address", key, "")),
        }
        return forms[what]()

    def fill(self, text):
        text = re.sub(r"(?<![\w.>])@(\w+)(?![\w.])",
                      lambda m: "<%s>" % self.id(m.group(1)), text)
        text = text.replace("%date", self.date)
        return re.sub(r"%(\w+)\((\w+)\)", self.made, text)


def read_cases(path):
    cases, mail, head = [], None, True
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if line.startswith("== "):
            name, *options = line[3:].split(" | ")
            cases.append(Case(name, options[0].split() if options else []))
            mail = None
        elif line.startswith("-- "):
            label, group, *rest = line[3:].split()
            mail = Mail(cases[-1], label, group, rest)
            cases[-1].steps.append(mail)
            head = True
        elif line.startswith("!! "):
            cases[-1].steps.append(line[3:].split())
            mail = None
        elif line.startswith("#") or mail is None:
            continue
        elif head and line == "":
            head = False
        elif head and line[0] in " \t":
            name, value = mail.head[-1]
            mail.head[-1] = (name, value + "\n" + line)
        elif head:
            name, value = line.split(":", 1)
            mail.head.append((name, value.strip()))
        else:
            mail.text.append(line)
    return cases


def finish(case, start):
    """Gives every mail its moment and its bytes."""
    day = 0
    case.date = start.strftime("%a, %d %b %Y %H:%M:%S +0000")
    for i, m in enumerate(case.mails()):
        day = int(m.get("Day") or day)
        at = start + datetime.timedelta(days=day, minutes=5 * i)
        m.at = at
        stamp = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
        lines = ["Received: from there by mx.tai.example; " + stamp]
        for name, value in m.head:
            if name != "Day" and value != "-":
                lines.append("%s: %s" % (name, case.fill(value)))
        for name, value in (("From", "joe@acme.example"),
                            ("To", "support@tai.example"),
                            ("Subject", "Question"), ("Date", stamp),
                            ("Message-ID", "<%s>" % case.id(m.label))):
            if m.get(name) is None:
                lines.append("%s: %s" % (name, value))
        text = m.text or ["This is %s of the case %s." % (m.label, case.name)]
        m.bytes = "\n".join(lines + [""] + text + [""]).encode()
        m.sha256 = hashlib.sha256(m.bytes).hexdigest()


def tool(rules, *args, data=b"", check=True):
    env = dict(os.environ, TAI_RULES=rules, TAI_USER="ana")
    env.pop("TAI_DB", None)
    p = subprocess.run([os.path.join(BIN, args[0])] + list(args[1:]),
                       input=data, env=env, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, check=False)
    if check and p.returncode != 0:
        ok(False, " ".join(args), p.stderr.decode())
    return p.stdout.decode()


def mbox(mails):
    out = b""
    for m in mails:
        body = re.sub(rb"(?m)^(>*From )", rb">\1", m.bytes)
        out += b"From x Mon Jan  5 09:00:00 2026\n" + body + b"\n"
    return out


def records(text):
    return [json.loads(line) for line in text.splitlines()]


def tickets(recs):
    """The ticket of each raw mail, after the merges."""
    into = {r["ticket"]: r["into"] for r in recs if r["type"] == "merge"}

    def resolve(key):
        seen = set()
        while key in into and key not in seen:
            seen.add(key)
            key = into[key]
        return key
    return {r["raw"]: resolve(r["ticket"]) for r in recs
            if r["type"] == "message"}, resolve


def stored(db):
    """The ticket of each raw mail, by the store's own tables."""
    con = sqlite3.connect("file:%s?mode=ro" % db, uri=True)
    rows = con.execute(
        "SELECT log.body, t.key FROM event JOIN log ON log.seq = event.seq "
        "JOIN ticket t ON t.number = event.ticket WHERE type = 'message'")
    out = {json.loads(body)["raw"]: key for body, key in rows}
    con.close()
    return out


def group_faults(cases, ticket):
    """Pairs that are together and should not be, and the other way."""
    faults, pairs, good = [], 0, 0
    owner = {}
    for c in cases:
        mails = [m for m in c.mails() if m.group != "="]
        for m in mails:
            key = ticket.get(m.sha256)
            if key is None:
                faults.append("%s: %s is nowhere" % (c.name, m.label))
            elif owner.setdefault(key, c) is not c:
                faults.append("%s: %s is on a ticket of '%s'" %
                              (c.name, m.label, owner[key].name))
        for i, a in enumerate(mails):
            for b in mails[:i]:
                want = a.group == b.group
                got = ticket.get(a.sha256) == ticket.get(b.sha256)
                pairs += want
                good += want and got
                if want != got:
                    faults.append("%s: %s and %s %s" % (
                        c.name, b.label, a.label,
                        "are apart" if want else "are on one ticket"))
    return faults


def field(rec, path):
    for part in path.split("."):
        rec = rec.get(part) if isinstance(rec, dict) else None
    if isinstance(rec, list):
        return ",".join(map(str, rec)) or "-"
    return "-" if rec is None else str(rec)


def field_faults(case, recs, ticket, resolve):
    by_raw = {r["raw"]: r for r in recs if r["type"] == "message"}
    group = {m.group: ticket.get(m.sha256) for m in case.mails()}
    faults = []

    def compare(m, what, want, got):
        if want != got:
            faults.append("%s: %s of %s is %s, not %s" %
                          (case.name, what, m.label, got, want))
    for m in case.mails():
        r = by_raw.get(m.sha256)
        if m.group == "=":
            compare(m, "record", None, r)
            continue
        if r is None:
            continue
        if m.method:
            compare(m, "method", m.method, r["thread"]["method"])
        expect = dict({"flags": "-", "linked": "-"}, **m.expect)
        for name, want in expect.items():
            if name == "linked":
                got = r["thread"].get("linked")
                got = resolve(got) if got else "-"
                want = group.get(want, want)
            else:
                got = field(r, name)
                want = case.fill(want)
            compare(m, name, want, got)
    return faults


def shuffled(cases, rng):
    """All mails mixed; those of a case that minds keep their order."""
    queues = []
    for c in cases:
        mails = list(c.mails())
        if "permute" in c.options:
            rng.shuffle(mails)
        queues.append(mails)
    out = []
    while queues:
        q = rng.choice(queues)
        out.append(q.pop(0))
        if not q:
            queues.remove(q)
    return out


def run_pipe_and_store(name, rules, cases, tmp):
    rng = random.Random(name)
    mails = [m for c in cases for m in c.mails()]
    recs = records(tool(rules, "tai-ingest", "mbox", data=mbox(mails)))
    ticket, resolve = tickets(recs)
    for c in cases:
        faults = group_faults([c], ticket)
        faults += field_faults(c, recs, ticket, resolve)
        ok(not faults, "%s: %s" % (name, c.name), "\n".join(faults))
    faults = group_faults(cases, ticket)
    ok(not faults, name + ": nothing else in the pipe", "\n".join(faults))
    db = os.path.join(tmp, name + ".db")
    same = tool(rules, "tai-ingest", "mbox", "-d", db, data=mbox(mails))
    ok(records(same) == recs, name + ": the store prints what the pipe does")
    faults = group_faults(cases, stored(db))
    ok(not faults, name + ": the store's tables", "\n".join(faults))
    one = os.path.join(tmp, name + "-one.db")
    split, at = [], 0
    while at < len(mails):
        n = rng.choice((1, 1, 2, 3))
        split += records(tool(rules, "tai-ingest", "mbox", "-d", one,
                              data=mbox(mails[at:at + n])))
        at += n
    diff = [(a, b) for a, b in zip(recs, split) if a != b]
    ok(split == recs, name + ": batches make no difference",
       diff[0] if diff else "%d and %d" % (len(recs), len(split)))
    for i in range(ORDERS):
        order = shuffled(cases, rng)
        recs = records(tool(rules, "tai-ingest", "mbox", data=mbox(order)))
        faults = group_faults(cases, tickets(recs)[0])
        ok(not faults, "%s: order %d in the pipe" % (name, i),
           "\n".join(faults))
        db = os.path.join(tmp, "%s-%d.db" % (name, i))
        half = len(order) // 2
        again = []
        for part in (order[:half], order[half:]):
            again += records(tool(rules, "tai-ingest", "mbox", "-d", db,
                                  data=mbox(part)))
        faults = group_faults(cases, stored(db))
        ok(not faults, "%s: order %d in the store" % (name, i),
           "\n".join(faults))
        ok(again == recs, "%s: order %d: the same records" % (name, i))
    check_rebuilt(name, rules, db, cases)


def check_rebuilt(name, rules, db, cases):
    for verb in ("verify", "rebuild", "verify"):
        tool(rules, "tai-desk", verb, "-d", db)
    faults = group_faults(cases, stored(db))
    ok(not faults, name + ": rebuilt", "\n".join(faults))


def command(case, rules, db, words, now):
    label = {m.label: m for m in case.mails()}
    where = stored(db)
    key = lambda x: where[label[x].sha256]
    ids = {r["raw"]: r["id"] for r in records(
        tool(rules, "tai-desk", "log", "--no-blobs", "--type", "message",
             "-d", db))}
    what, first, *rest = words
    args = [what, "-d", db, "--now", now.strftime("%Y-%m-%dT%H:%M:%SZ")]
    if what == "set":
        args += [key(first)] + rest
    elif what == "merge":
        args += [key(first), key(rest[0])]
    elif what == "split":
        args += [key(first)] + [ids[label[x].sha256]
                                for x in [first] + rest]
    elif what == "back":
        args = ["split"] + args[1:] + ["--into", key(rest[0]), key(first),
                                       ids[label[first].sha256]]
    tool(rules, "tai-desk", *args)


def run_steps(name, rules, case, tmp):
    """A case with commands: mail by mail, each look a process."""
    db = os.path.join(tmp, "steps.db")
    for f in (db, db + "-wal", db + "-shm", db + "-lock", db + ".lock"):
        if os.path.exists(f):
            os.remove(f)
    recs, now = [], START
    for step in case.steps:
        if isinstance(step, Mail):
            now = step.at + datetime.timedelta(seconds=20)
            recs += records(tool(rules, "tai-ingest", "mbox", "-d", db,
                                 data=mbox([step])))
        else:
            command(case, rules, db, step, now)
            now += datetime.timedelta(seconds=1)
    ticket = stored(db)
    resolve = tickets(records(tool(rules, "tai-desk", "log", "--no-blobs",
                                   "-d", db)))[1]
    faults = group_faults([case], ticket)
    faults += field_faults(case, recs, ticket, resolve)
    ok(not faults, "%s: %s" % (name, case.name), "\n".join(faults))
    check_rebuilt("%s: %s" % (name, case.name), rules, db, [case])
    # The log in any order makes the same tickets, here and in a stream.
    log = tool(rules, "tai-desk", "log", "--no-blobs", "-d",
               db).splitlines()
    want = opened(rules, "\n".join(log))
    for i in range(3):
        random.Random(case.name + str(i)).shuffle(log)
        text = ("\n".join(log) + "\n").encode()
        other = os.path.join(tmp, "other%d.db" % i)
        if os.path.exists(other):
            os.remove(other)
        tool(rules, "tai-ingest", "records", "-d", other, data=text)
        faults = group_faults([case], stored(other))
        ok(not faults, "%s: %s: log in order %d" % (name, case.name, i),
           "\n".join(faults))
        tool(rules, "tai-desk", "verify", "-d", other)
        for f in os.listdir(tmp):
            if f.startswith("other"):
                os.remove(os.path.join(tmp, f))
        got = opened(rules, "\n".join(log))
        ok(got == want, "%s: %s: stream in order %d" % (name, case.name, i),
           "%s\n%s" % (want, got))


def opened(rules, text):
    """How many messages each ticket of a stream has, without its name."""
    out = tool(rules, "tai-desk", "list", "--all", "--json", "-",
               data=(text + "\n").encode())
    return sorted((r["subject"], r["opened"]) for r in records(out))


PEOPLE = ["joe@acme.example", "kim@acme.example", "eve@globex.example",
          "sam@mail.example", "pat@partner.example", "sue@partner.example",
          "one@post.example", "two@post.example", "ana@tai.example",
          "support@tai.example"]


def random_mail(rng, i, ids, at):
    """Anybody answers anything, seen or not, sooner or later."""
    stamp = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    ours = rng.random() < 0.3
    head = ["Received: from x by mx.tai.example; " + stamp, "Date: " + stamp,
            "From: " + rng.choice(PEOPLE),
            "To: " + (rng.choice(PEOPLE) if ours else "support@tai.example")]
    if rng.random() < 0.3:
        head.append("Cc: " + rng.choice(PEOPLE))
    used = ids and rng.random() < 0.04
    name = rng.choice(ids) if used else "m%d@random.example" % i
    head.append("Message-ID: <%s>" % name)
    if ids and rng.random() < 0.75:
        refs = [rng.choice(ids[-12:] + ["u%d@random.example" %
                                        rng.randrange(12)])
                for _ in range(rng.choice((1, 1, 2, 3)))]
        head.append(rng.choice(("References: ", "In-Reply-To: ")) +
                    " ".join("<%s>" % r for r in refs))
    subject = rng.choice(("", "Re: ")) + "Topic %d" % rng.randrange(6)
    if ids and rng.random() < 0.1:
        digest = hashlib.sha256(rng.choice(ids).encode()).digest()
        subject += " [#%s]" % base32(digest, 12)
    if rng.random() < 0.05:
        head.append("Auto-Submitted: auto-replied")
    ids.append(name)
    m = Mail(None, str(i), "-", [])
    text = head + ["Subject: " + subject, "", "Text %d." % i, ""]
    m.bytes = "\n".join(text).encode()
    return m


def run_random(rules, tmp, seed, count):
    """Whatever comes, the pipe and the store say the same of it."""
    rng = random.Random(seed)
    ids, mails, now = [], [], START
    for i in range(count):
        now += datetime.timedelta(seconds=rng.choice(
            (60, 60, 600, 3600, 86400, 20 * 86400)))
        late = datetime.timedelta(days=rng.choice((0, 0, 0, 0, 1, 40)))
        mails.append(random_mail(rng, i, ids, now - late))
    pipe = records(tool(rules, "tai-ingest", "mbox", data=mbox(mails)))
    db, at, parts = os.path.join(tmp, "random%d.db" % seed), 0, []
    while at < count:
        n = rng.choice((1, 2, 5, 9))
        parts += records(tool(rules, "tai-ingest", "mbox", "-d", db,
                              data=mbox(mails[at:at + n])))
        at += n
    diff = [(a, b) for a, b in zip(pipe, parts) if a != b]
    ok(pipe == parts, "random mails %d: pipe and store" % seed,
       diff[0] if diff else "%d and %d" % (len(pipe), len(parts)))
    a, b = tickets(pipe)[0], stored(db)
    same = {(a[raw], b.get(raw)) for raw in a}
    ok(len(same) == len(set(a.values())) == len(set(b.values())),
       "random mails %d: the same groups" % seed)
    tool(rules, "tai-desk", "verify", "-d", db)


def folder(name, tmp):
    rules = os.path.join(tmp, name)
    shutil.copytree(os.path.join(DATA, name), rules)
    secret = os.path.join(rules, "token.secret")
    with open(secret, "w", encoding="utf-8") as f:
        f.write("\n".join(KEYS) + "\n")
    os.chmod(secret, 0o600)
    # So much of one sender is not the subject here.
    with open(os.path.join(ROOT, "rules/automatic.yaml"),
              encoding="utf-8") as f:
        text = re.sub(r"(?m)^  minutes: \d+", "  minutes: 1", f.read())
    with open(os.path.join(rules, "automatic.yaml"), "w",
              encoding="utf-8") as f:
        f.write(text)
    return ":".join((rules, os.path.join(DATA, "base"),
                     os.path.join(ROOT, "rules")))


def main():
    tmp = tempfile.mkdtemp(prefix="tai-test.")
    total = 0
    try:
        for name in ("plain", "signed", "auth"):
            rules = folder(name, tmp)
            cases = read_cases(os.path.join(DATA, name + ".cases"))
            for i, c in enumerate(cases):
                finish(c, START + datetime.timedelta(hours=i))
            total += len(cases)
            run_pipe_and_store(name, rules, [c for c in cases if "store"
                                             not in c.options], tmp)
            for c in cases:
                if "store" in c.options:
                    run_steps(name, rules, c, tmp)
            if name == "plain":
                for seed in range(3):
                    run_random(rules, tmp, seed, 150)
        ok(total >= 100, "a hundred cases", total)
    finally:
        shutil.rmtree(tmp)
    print("1..%d" % count)
    return failed > 0


sys.exit(main())
