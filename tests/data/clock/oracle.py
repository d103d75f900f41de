#!/usr/bin/python3
"""Cases of clocks: what they come to, found by walking minute after minute.

    oracle.py >cases.tsv

It shares no code with the program and no way of working: every minute of a
ticket's life is looked at on its own (is somebody there, does the clock run),
and counted. All moments of a case are whole minutes. The notation of lives is
that of tests/unit/test_cases.c.
"""
import random
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
LA = ZoneInfo("America/Los_Angeles")

# -- who is there when ---------------------------------------------------


def hours(*spans):
    """Whether a local time of day lies in one of the spans of minutes."""
    return lambda t: any(a <= t.hour * 60 + t.minute < b for a, b in spans)


def standard(t):
    closed = {date(2026, 5, 25), date(2026, 7, 3), date(2026, 11, 26),
              date(2027, 5, 31), date(2027, 7, 3)}
    return (t.weekday() < 5 and t.date() not in closed
            and hours((540, 1020))(t))


def lunch(t):
    if t.weekday() < 4:
        return hours((540, 750), (810, 1080))(t)
    return t.weekday() == 4 and hours((540, 780))(t)


def night(t):
    """A shift belongs to the day on which it begins."""
    evening = t.weekday() < 5 and t.hour >= 22
    return evening or ((t.weekday() - 1) % 7 < 5 and t.hour < 6)


CALENDARS = {       # zone, open at a local time, minutes of a business day
    "standard": (LA, standard, 480),
    "lunch": (LA, lunch, 480),
    "night": (ZoneInfo("Europe/Berlin"), night, 480),
    "early": (LA, hours((60, 300)), 240),
    "lagos": (ZoneInfo("Africa/Lagos"),
              lambda t: t.weekday() < 6 and hours((480, 960))(t), 480),
    "always": (LA, lambda t: True, 1440),
}


def is_open(calendar, at):
    zone, there, _ = CALENDARS[calendar]
    return there(at.astimezone(zone))


# -- what is owed --------------------------------------------------------

TARGETS = {         # minutes; days are negative; None: no clock
    "base": {"C": (60, 240, None), "H": (120, 480, 60),
             "M": (240, -2, None), "L": (-1, None, None)},
    "gold": {"C": (30, 120, None), "H": (60, 240, 30),
             "M": (120, -1, None), "L": (240, -3, None)},
}


class Policy:
    def __init__(self, text):
        self.calendar, *options = text.split()
        self.options = dict(o.split("=", 1) for o in options)

    def how(self, what):
        default = "start" if what == "policy" else "retroactive"
        return self.options.get(what, default)

    def pauses(self, kind):
        return kind in self.options.get("pauses",
                                        "response,resolution,next").split(",")

    def contract(self, at):
        if "contract" not in self.options:
            return False
        first, last = self.options["contract"].split("/")
        day = at.astimezone(CALENDARS[self.calendar][0]).date()
        return date.fromisoformat(first) <= day <= date.fromisoformat(last)

    def changed(self, at):
        if "change" not in self.options:
            return False
        day = at.astimezone(CALENDARS[self.calendar][0]).date()
        return day >= date.fromisoformat(self.options["change"])

    def target(self, tier, severity, kind, at):
        """Calendar and minutes, 0 for none, of what is in force at at."""
        i = ("response", "resolution", "next").index(kind)
        row = list(TARGETS[tier][severity])
        calendar = self.calendar
        if self.changed(at) and (tier, severity) == ("base", "H"):
            row[:2] = 60, 300
        for on in self.options.get("on", "").split(","):
            if tier == "base" and severity == "H" and on.startswith(
                    kind + ":"):
                calendar = on.split(":")[1]
        if self.contract(at) and severity == "H":
            row[:2] = 30, 180
            calendar = "always"
        n = row[0] if i == 2 and row[2] is None else row[i]
        if n is None:
            return calendar, 0
        return calendar, n if n > 0 else -n * CALENDARS[calendar][2]


# -- a ticket ------------------------------------------------------------

ORDER = "cLMHCFT1234aqonrwpxOeEXD"     # of effect within a minute


class Ticket:
    """The state as events come."""

    def __init__(self):
        self.status = "open"
        self.severity, self.by_hand = "L", False
        self.first = self.answered = self.last_agent = self.last = None
        self.waiting = None         # the oldest message without an answer
        self.excluded = None
        self.feature = False
        self.before = None
        self.resolved = None
        self.answers = 0

    def done(self):
        return self.status in ("resolved", "closed")

    def set(self, status, at):
        if status in ("resolved", "closed"):
            if self.resolved is None:
                self.resolved = at
            self.waiting = None
        else:
            self.resolved = None
        self.status = status

    def customer(self, at):
        self.before = (self.status, self.resolved)
        self.first = self.first or at
        self.last = at
        self.waiting = self.waiting or at
        if self.done():
            self.set("open", at)
        elif self.status == "waiting":
            self.status = "progress" if self.answers else "open"

    def agent(self, at, asks):
        self.answers += 1
        self.last_agent = at
        self.waiting = None
        if self.first and not self.answered:
            self.answered = at
        if not self.done():
            self.status = "waiting" if asks or self.status == "waiting" \
                else "progress"

    def thanks(self, at):
        if at != self.last or (self.answers == 0 and
                               self.before[1] is None):
            return
        self.waiting = None
        if self.before[1] is not None:
            self.status, self.resolved = self.before
        elif not self.done():
            self.set("resolved", at)

    def take(self, letter, at, arg):
        if letter == "c":
            self.customer(at)
        elif letter in "aq":
            self.agent(at, letter == "q")
        elif letter == "T":
            self.thanks(at)
        elif letter == "F":
            self.feature = True
        elif letter in "LMHC":
            if not self.by_hand and "LMHC".index(letter) > \
                    "LMHC".index(self.severity):
                self.severity = letter
        elif letter in "1234":
            self.severity, self.by_hand = "LMHC"[int(letter) - 1], True
        elif letter in "rwpxO":
            self.set({"r": "resolved", "w": "waiting", "p": "progress",
                      "x": "closed", "O": "open"}[letter], at)
        elif letter in "eE":
            self.excluded = "third party" if letter == "e" else None


class Instance:
    """A clock from its start to its end, minute by minute."""

    def __init__(self, kind, n, start, severity):
        self.kind, self.n, self.start = kind, n, start
        self.minutes = []           # (runs, severity), from the start on
        self.first = severity
        self.due = None             # set by hand: (when, to what)
        self.stop = None
        self.cancelled = None


def tier_at(tiers, at):
    now = None
    for since, tier in tiers:
        if since is None or since <= at:
            now = tier
    return now


def terms(i, policy, tiers, at, severity, end):
    """(calendar, minutes) that hold at a minute of the instance."""
    moment = {"start": i.start, "retroactive": end}
    how = policy.how("severity")
    severity = {"start": i.first,
                "retroactive": i.minutes[-1][1]}.get(how, severity)
    tier = tier_at(tiers, moment.get(policy.how("tier"), at))
    return policy.target(tier, severity, i.kind,
                         moment.get(policy.how("policy"), at))


def project(calendar, at, left):
    """The moment at which so many open seconds have passed."""
    while left > 0:
        step = min(60, left) if is_open(calendar, at) else 60
        left -= step if is_open(calendar, at) else 0
        at += timedelta(seconds=step)
    return at


def measure(i, policy, tiers, now):
    """State, counted and goal in seconds, and due of an instance."""
    end = i.stop or now
    first = i.minutes[0][1]
    target = terms(i, policy, tiers, i.start, first, end)
    severity, tier = first, tier_at(tiers, i.start)
    goal, counted, at_due = target[1] * 60, 0, None
    by = i.due[1] if i.due and i.due[0] <= end else None
    running, projected, behind = False, None, 0
    at = i.start

    def renew(at, new_severity):
        nonlocal target, goal, severity, tier, projected
        new = terms(i, policy, tiers, at, new_severity, end)
        new_tier = tier_at(tiers, at)
        anew = (new_severity != severity and
                policy.how("severity") == "from_change") or \
            (new_tier != tier and policy.how("tier") == "from_change") or \
            policy.how("policy") == "from_change" and \
            new_severity == severity and new_tier == tier
        severity, tier = new_severity, new_tier
        left = goal - counted
        if new == target or (target[1] > 0 and counted > goal):
            return
        if new[1] == 0:
            goal = 0
        elif anew or target[1] == 0:
            goal = counted + new[1] * 60
        else:
            goal = counted + new[1] * (goal - counted) // target[1]
        target = new
        if goal > counted or new[1] == 0:
            projected = None
        elif left > 0 or projected is None:
            projected = at

    for runs, now_severity in i.minutes[:-1]:
        renew(at, now_severity)
        if by is not None and at == by:
            at_due = counted
        if runs and (not running or projected is None) and counted < goal:
            projected = project(target[0], at, goal - counted)
        running = runs
        if by is not None and at >= by and runs:
            behind += 60
        counted += 60 * (runs and is_open(target[0], at))
        at += MINUTE
    runs, now_severity = i.minutes[-1]
    renew(end, now_severity)
    if by is not None:
        if by > end:
            left, at = 0, end
            while at < by:
                left += 60 * is_open(target[0], at)
                at += MINUTE
            goal = counted + left
        else:
            goal = counted if by == end else at_due or 0
    if goal == 0 and by is None:
        return "none best effort"
    late = behind > 0 if by is not None else counted > goal
    state = "missed" if late else "met" if i.stop else \
        "running" if runs else "paused"
    if by is not None:
        due = by
    elif state == "paused":
        due = None
    elif counted < goal:
        due = project(target[0], end, goal - counted)
    else:
        due = projected
    return f"{state} {counted}/{goal}" + \
        (f" due {due.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
         if due else " due -")


def walk(policy, tiers, life, now):
    """Every instance of every clock of a ticket, as text."""
    events = {}
    for letter, at, arg in sorted(life, key=lambda e: (
            e[1], ORDER.index(e[0]))):
        if at <= now:
            events.setdefault(at, []).append((letter, arg))
    t = Ticket()
    ended, live, n = [], {}, {"response": 0, "resolution": 0, "next": 0}
    periods = {}
    for letter, at, arg in sorted(life, key=lambda e: e[1]):
        if letter == "X" and at <= now:
            periods[arg[0]] = arg[1]

    def begin(kind, at):
        n[kind] += 1
        live[kind] = Instance(kind, n[kind], at, t.severity)

    def end(kind, stop, cancelled=None):
        i = live.pop(kind)
        i.stop, i.cancelled = stop, cancelled
        ended.append(i)

    def note(i, at):
        runs = not t.done() and not (t.status == "waiting" and
                                     policy.pauses(i.kind))
        runs = runs and not any(a <= at and (b is None or at < b)
                                for a, b in periods.items())
        i.minutes.append((runs, t.severity))

    at = min(events) if events else now
    was_done = False
    done_since = None
    while at <= now:
        for letter, arg in events.get(at, []):
            t.take(letter, at, arg)
        if t.first is not None:
            if n["response"] == 0:
                begin("response", at)
                begin("resolution", at)
                was_done = t.done()
                done_since = at
            if was_done and not t.done() and \
                    policy.options.get("reopen") == "restart" and \
                    done_since > live["resolution"].start:
                i = live["resolution"]
                del i.minutes[int((done_since - i.start) / MINUTE) + 1:]
                end("resolution", done_since)
                begin("resolution", at)
            if t.done() and not was_done:
                done_since = at
            was_done = t.done()
            wait = t.waiting if t.answered else None
            if "next" in live and live["next"].start != wait:
                note(live["next"], at)
                end("next", at, t.last_agent != at)
            if wait is not None and "next" not in live:
                begin("next", wait)
            for i in live.values():
                note(i, at)
            if "response" in live and t.answered:
                end("response", at)
            for letter, arg in events.get(at, []):
                if letter == "D" and arg[0] in live:
                    live[arg[0]].due = (at, arg[1]) if arg[1] else None
        at += MINUTE
    why = t.excluded or ("feature request" if t.feature else None) or \
        (None if t.first else "no customer wrote")
    if why:
        return [f"none {why}", f"none {why}", ""]
    if "response" in live:
        i = live["response"]
        if t.done():
            del i.minutes[int((t.resolved - i.start) / MINUTE) + 1:]
            end("response", t.resolved, True)
        else:
            end("response", None)
    i = live["resolution"]
    early = t.resolved is not None and t.resolved < i.start
    if t.resolved is not None and not early:
        del i.minutes[int((t.resolved - i.start) / MINUTE) + 1:]
    end("resolution", t.resolved)
    if "next" in live:
        end("next", None)
    out = {"response": [], "resolution": [], "next": []}
    for i in ended:
        if i.kind == "resolution" and early and i is ended[-1 - (
                ended[-1].kind == "next")]:
            out[i.kind].append("none resolved before the customer wrote")
            continue
        text = measure(i, policy, tiers, now)
        if i.cancelled and not text.startswith("missed"):
            text = {"response": "none resolved without an answer",
                    "next": "none needed no answer"}[i.kind]
        out[i.kind].append(text)
    return ["; ".join(out[k]) for k in ("response", "resolution", "next")]


# -- cases ---------------------------------------------------------------


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=LA).astimezone(
        timezone.utc)


def parse_life(text):
    life = []
    for token in text.split():
        letter, rest = token.split("=", 1)
        at, *arg = rest.split(",")
        if letter == "X":
            arg = (moment(arg[0]), moment(arg[1]) if arg[1] else None)
        elif letter == "D":
            arg = (arg[0], moment(arg[1]) if arg[1] else None)
        life.append((letter, moment(at), arg))
    return life


def parse_tiers(text):
    first, *more = text.split(",")
    tiers = [(None, first)]
    for change in more:
        tier, at = change.split("@")
        tiers.append((moment(at), tier))
    return tiers


def row(name, policy, tiers, life, now):
    cells = walk(Policy(policy), parse_tiers(tiers), parse_life(life),
                 moment(now))
    print("\t".join([name, policy, tiers, life, now] +
                    [c or "-" for c in cells]))


def stories(path):
    """name, policy, tier, life and now of the cases that somebody wrote."""
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            yield line.rstrip("\n").split("\t")[:5]


def made_up(count):
    """Lives without a plot, where the corners are that nobody thinks of."""
    r = random.Random(20260302)
    plans = ["standard", "lunch", "night", "early", "lagos", "always",
             "standard severity=from_change", "lunch severity=proportional",
             "standard severity=start", "standard reopen=restart",
             "always tier=from_change", "standard tier=proportional",
             "lunch tier=start", "standard pauses=resolution",
             "standard change=2026-03-05",
             "standard change=2026-03-05 policy=retroactive",
             "standard contract=2026-03-04/2026-03-10 policy=retroactive",
             "lagos contract=2026-03-04/2026-03-10"]
    days = ["2026-03-02", "2026-03-06", "2026-03-07", "2026-05-22",
            "2026-10-30", "2026-11-25"]
    for k in range(count):
        start = datetime.fromisoformat(r.choice(days) + "T00:00") + \
            timedelta(minutes=r.randrange(0, 2880, 5))
        at, life = start, [("c", start), (r.choice("LMHCH"), start)]
        for _ in range(r.randrange(1, 9)):
            at += timedelta(minutes=r.choice(
                [5, 35, 60, 125, 240, 480, 1000, 1440, 2885]))
            letter = r.choice("cccaaaqqqorrwpxTHC3124")
            life.append((letter, at))
            if letter == "T":
                life.insert(-1, ("c", at))
        now = at + timedelta(minutes=r.choice([0, 0, 60, 300, 1500, 4000]))
        tiers = r.choice(["base", "base", "gold", "base,gold@" +
                          (start + timedelta(minutes=r.randrange(
                              60, 3000, 60))).isoformat("T", "minutes")])
        yield (f"made up {k + 1}", r.choice(plans), tiers,
               " ".join(f"{a}={b.isoformat('T', 'minutes')}"
                        for a, b in life), now.isoformat("T", "minutes"))


def main():
    here = sys.path[0]
    print("# made by oracle.py: times are Los Angeles's, due is UTC, "
          "counted/goal seconds")
    print("name\tpolicy\ttiers\tlife\tnow\tresponse\tresolution\tnext")
    for case in stories(here + "/stories.tsv"):
        row(*case)
    for case in made_up(150):
        row(*case)


main()
