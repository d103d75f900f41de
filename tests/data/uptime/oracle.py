#!/usr/bin/env python3
"""What the cases of this folder should come to, counted second by second.

    oracle.py fill FILE         its rows with the last six columns anew
    oracle.py check FILE...     whether they are what it counts
    oracle.py random SEED N     rows of random events, to be filled

A row has tabs between name, policy (of uptime.yaml, as JSON), zone, since,
until ("": ever), month (or FROM/TO), now and events (a JSON array of records;
{"type":"probes"} is short for probes of regions a, b, c tick by tick), then
total_s, excluded_s, down_s, unknown_s, uptime, and whether 99.9 % were met.
The measure is of the services api and web. Nothing here is taken from the
program: every second of every service is a cell, and they are counted.
"""
import json
import random
import sys
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SERVICES = ["api", "web"]
HEAD = ("name\tpolicy\tzone\tsince\tuntil\tmonth\tnow\tevents\ttotal\t"
        "excluded\tdown\tunknown\tuptime\tmet")


def moment(text):
    return int(datetime.fromisoformat(text.replace("Z", "+00:00"))
               .timestamp())


def span(text):
    return 0 if text == "none" else int(text[:-1]) * UNITS[text[-1]]


def bounds(month, zone):
    if "/" in month:
        return tuple(moment(t) for t in month.split("/"))
    year, number = int(month[:4]), int(month[5:])
    after = (year + number // 12, number % 12 + 1)
    tz = ZoneInfo(zone)
    return tuple(int(datetime(y, m, 1, tzinfo=tz).timestamp())
                 for y, m in ((year, number), after))


def folded(events, kind, now):
    """The records of one key, by (at, id); only what was said by now."""
    of = {}
    for e in events:
        if e["type"] == kind and moment(e["at"]) <= now:
            key = e.get("key") or (e.get("title", ""), e["started"])
            of.setdefault(key, []).append(e)
    for key in of:
        of[key].sort(key=lambda e: (moment(e["at"]), e.get("id", ""),
                                    json.dumps(e)))
    return of.values()


def incident(records, now):
    state = {}
    for r in records:
        ended = state.get("ended")
        state.update({k: v for k, v in r.items() if v is not None})
        if r["status"] in ("resolved", "postmortem"):
            state["ended"] = r.get("ended") or ended or r["at"]
        else:
            state["ended"] = r.get("ended")
    start = moment(state["started"])
    end = moment(state["ended"]) if state["ended"] else now
    return state, start, min(end, now)


def weight(i, policy):
    severity = {"P1": "full", "P2": "full", "P3": "named", "P4": "none",
                **policy.get("severities", {})}[i["severity"]]
    if severity == "none" or (severity == "named" and not i.get("affects")
                              and not i.get("customers")):
        return 0
    w = 10000
    if "weight" in i:
        w = round(float(i["weight"]) * 100)
    elif i.get("impact") in policy.get("impacts", {}):
        w = policy["impacts"][i["impact"]] * 100
    if policy.get("share") == "weighs" and "share" in i and \
            not i.get("customers"):
        w = w * round(float(i["share"]) * 10000) // 1000000
    return w


def concerned(names):
    if not names:
        return SERVICES
    return [s for s in SERVICES if s in [n.lower() for n in names]]


class Seconds(dict):
    """A cell for each second; one that nothing touched is 0."""
    bounds = 0, 0

    def __missing__(self, t):
        return 0

    def paint(self, a, b, value):
        for t in range(max(a, self.bounds[0]), min(b, self.bounds[1])):
            self[t] = max(self[t], value)


def maintain(events, policy, now, excluded, down):
    rule = policy.get("maintenance", {})
    notice = span(rule.get("notice", "none"))
    zone = ZoneInfo(rule.get("zone", "UTC"))
    longest = span(rule["longest"]) if "longest" in rule else None
    anything = "open" not in rule and "extra" not in rule
    extra = rule.get("extra", 0)
    used = {}
    plans = []
    for records in folded(events, "maintenance", now):
        plans.append((moment(records[-1]["started"]),
                      str(records[-1].get("key", "")), records))
    for start, _, records in sorted(plans, key=lambda p: p[:2]):
        last = records[-1]
        end = moment(last["ended"])
        if last.get("cancelled") or start >= now or \
                "probed" in last.get("customers", ["probed"]) and \
                last.get("customers") == []:
            continue
        told, first = [], True
        for r in records:
            if r.get("cancelled"):
                continue
            announced = moment(r["announced"]) if first and \
                "announced" in r else moment(r["at"])
            first = False
            if moment(r["started"]) - announced >= notice:
                told.append((moment(r["started"]), moment(r["ended"])))
        local = datetime.fromtimestamp(start, zone)
        granted, left = None, longest
        services = concerned(last.get("services"))
        mine = not last.get("customers") or "pro" in last["customers"]
        for t in range(start, end):
            ours = any(a <= t < b for a, b in told)
            if ours and not anything:
                here = datetime.fromtimestamp(t, zone)
                regular = "open" in rule and here.weekday() == 6 and \
                    2 <= here.hour < 4
                if not regular:
                    if granted is None:
                        month = (local.year, local.month)
                        granted = used.get(month, 0) < extra
                        used[month] = used.get(month, 0) + 1
                    ours = granted and (left is None or left > 0)
                    if ours and left is not None:
                        left -= 1
            elif ours and left is not None:
                ours, left = left > 0, left - 1
            if t >= now or not mine:
                continue
            for s in services:
                if ours:
                    excluded[s].paint(t, t + 1, 1)
                else:
                    down[s].paint(t, t + 1, 10000)


def probe(events, policy, now):
    """The state of each tick of a service: U, D or ?; {} when unprobed."""
    rule = {"interval": "60s", "down": 1, "reporting": 1, "carry": 0,
            "mixed": "down", **policy.get("probes", {})}
    step = span(rule["interval"])
    said = {s: {} for s in SERVICES}
    for e in events:
        if e["type"] == "probe" and moment(e["at"]) <= now:
            said[e["service"]].setdefault(
                (moment(e["at"]) // step, e["region"]), set()).add(e["up"])
    out = {}
    for s in SERVICES:
        if not said[s]:
            continue
        regions = {r for _, r in said[s]}

        @lru_cache(maxsize=None)
        def state(tick, s=s, regions=tuple(sorted(regions))):
            answers = []
            for r in regions:
                for back in range(rule["carry"] + 1):
                    a = said[s].get((tick - back, r))
                    if a:
                        answers.append(True in a and
                                       (a == {True} or
                                        rule["mixed"] == "up"))
                        break
            if answers.count(False) >= rule["down"]:
                return "D"
            return "?" if len(answers) < rule["reporting"] else "U"
        out[s] = (step, state)
    return out


def expand(events):
    out = []
    for e in events:
        if e["type"] != "probes":
            out.append(e)
            continue
        at = datetime.fromisoformat(e["at"].replace("Z", "+00:00"))
        for i, tick in enumerate(e["ticks"].split()):
            when = (at + timedelta(seconds=i * e["every"])).strftime(
                "%Y-%m-%dT%H:%M:%SZ")
            out += [{"type": "probe", "at": when, "service": e["service"],
                     "region": "abcdefgh"[k], "up": c == "U"}
                    for k, c in enumerate(tick) if c != "?"]
    return out


def count(row):
    _, policy, zone, since, until, month, now, events = row[:8]
    policy, events = json.loads(policy), expand(json.loads(events))
    now = moment(now)
    start, end = bounds(month, zone)
    if policy.get("months") != "whole":
        start = max(start, moment(since)) if since else start
        end = min(end, moment(until)) if until else end
    end = min(end, now)
    Seconds.bounds = start - 86400, end + 86400
    down, excluded, planned = ({s: Seconds() for s in SERVICES}
                               for _ in range(3))
    sources = policy.get("sources", "either")
    seen = probe(events, policy, now) if sources != "incidents" else {}
    for records in folded(events, "incident", now):
        i, a, b = incident(records, now)
        if i.get("customers") and "pro" not in i["customers"]:
            continue
        w = weight(i, policy)
        if w == 0 or a > now:
            continue
        ours = i.get("excluded") not in policy.get("excluded", [])
        for s in concerned(i.get("affects")):
            (down if ours else excluded)[s].paint(a, b, w if ours else 1)
    maintain(events, policy, now, excluded, planned)
    unknown = {s: set() for s in SERVICES}
    for s in SERVICES:
        cells = down[s]
        step, state = seen.get(s, (1, lambda tick: "-"))
        ticks = {t // step for e in events if e["type"] == "probe" and
                 e["service"] == s for t in range(
                     moment(e["at"]), moment(e["at"]) + 40 * step, step)}
        touched = {t for k in ticks if s in seen
                   for t in range(k * step, k * step + step) if t < now}
        for t in touched | set(cells) | set(excluded[s]):
            was = state(t // step)
            if was == "U" and sources != "either":
                cells[t] = 0
            elif was == "D" and sources != "both":
                cells[t] = 10000
            elif was == "?" and cells[t] == 0:
                unknown[s].add(t)
        for t, w in planned[s].items():
            cells[t] = max(cells[t], w)
        least = span(policy.get("minimum", "none"))
        times = sorted(t for t in cells if cells[t])
        unknown[s] -= set(times)
        while times:
            n = 1
            while n < len(times) and times[n] == times[n - 1] + 1:
                n += 1
            if n < least:
                for t in times[:n]:
                    cells[t] = 0
            times = times[n:]
    spoken = set().union(*(set(c[s]) for c in (down, excluded)
                           for s in SERVICES), *unknown.values())
    what = policy.get("probes", {}).get("unknown", "apart")
    total = end - start
    weighed = out = nobody = known = 0
    if seen:        # what no probe and nothing else speaks of
        every = {t for s, (step, _) in seen.items() for e in events
                 if e["type"] == "probe" and e["service"] == s
                 for t in range(moment(e["at"]) // step * step,
                                moment(e["at"]) // step * step + 40 * step)}
        spoken |= every
    for t in spoken:
        if not start <= t < end:
            continue
        known += 1
        worst = max((down[s][t] for s in SERVICES if not excluded[s][t]),
                    default=0)
        lost = any(t in unknown[s] or (s in seen and not down[s][t] and
                                       seen[s][1](t // seen[s][0]) == "?")
                   for s in SERVICES if not excluded[s][t])
        if worst:
            weighed += worst
        elif any(excluded[s][t] for s in SERVICES):
            out += 1
        elif lost and what == "excluded":
            out += 1
        elif lost and what == "down":
            weighed += 10000
        elif lost:
            nobody += 1
    if seen:
        rest = total - known
        out += rest if what == "excluded" else 0
        weighed += rest * 10000 if what == "down" else 0
        nobody += rest if what == "apart" else 0
    lost = -(-weighed // 10000)
    base = total - out
    good = base - lost
    n = good * 10 ** 6 // base if base else 10 ** 6
    return [str(total), str(out), str(lost), str(nobody),
            f"{n // 10 ** 4}.{n % 10 ** 4:04d}",
            "yes" if good * 1000 >= base * 999 else "no"]


# -- random events ---------------------------------------------------------

def text(t):
    return datetime.fromtimestamp(t, timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def at_random(r, n):
    zone = r.choice(["UTC", "America/Los_Angeles", "Asia/Kolkata",
                     "Europe/London", "Australia/Lord_Howe",
                     "America/St_Johns", "Pacific/Apia"])
    month = r.choice(["2026-02", "2026-03", "2026-10", "2026-11", "2028-02"])
    start, end = bounds(month, zone)
    policy = {"maintenance": {"notice": "7d", "zone": "America/Los_Angeles",
                              "open": {"sun": "02:00-04:00"}, "extra": 1,
                              "longest": "4h"},
              "impacts": {"outage": 100, "partial": 30, "degraded": 0},
              "minimum": r.choice(["none", "3m", "10m"]),
              "sources": r.choice(["either", "both", "probes"]),
              "probes": {"interval": "60s", "down": 2, "reporting": 2,
                         "carry": r.choice([0, 0, 1])}}
    middle = r.randrange(start - 3600, end)
    events = []
    for k in range(r.randrange(1, 7)):
        a = middle + r.randrange(-7200, 7200)
        e = {"type": "incident", "at": text(a), "id": f"{n}-{k}",
             "title": f"t{k}", "severity": r.choice(["P1", "P2", "P3", "P4"]),
             "status": "investigating", "started": text(a)}
        if r.random() < .8:
            e["status"] = "resolved"
            e["ended"] = text(a + r.choice([0, 1, 59, 179, 180, 600, 3600]))
        if r.random() < .5:
            e["affects"] = r.choice([["api"], ["web"], ["mail"]])
        if r.random() < .2:
            e["customers"] = r.choice([["pro"], ["other"]])
        if r.random() < .4:
            e["impact"] = r.choice(["outage", "partial", "degraded"])
        events.append(e)
    for k in range(r.randrange(0, 3)):
        a = middle + r.randrange(-7200, 7200)
        m = {"type": "maintenance", "at": text(a - 9 * 86400),
             "id": f"{n}-m{k}", "title": f"m{k}", "started": text(a),
             "ended": text(a + r.choice([60, 3600, 5 * 3600]))}
        m["announced"] = text(a - r.choice([6, 8, 9]) * 86400)
        m["at"] = m["announced"]
        if r.random() < .5:
            m["services"] = r.choice([["api"], ["web"]])
        events.append(m)
    if r.random() < .6:
        ticks = " ".join("".join(r.choice("UUUUD?") for _ in "abc")
                         for _ in range(60))
        events.append({"type": "probes", "service": r.choice(SERVICES),
                       "at": text((middle // 60) * 60), "every": 60,
                       "ticks": ticks})
    r.shuffle(events)
    now = r.choice([end + 86400, end, middle + 600])
    if now <= start:
        now = end
    return [f"random-{n}", json.dumps(policy, separators=(",", ":")), zone,
            "", "", month, text(now),
            json.dumps(events, separators=(",", ":"))]


def rows(name):
    with open(name, encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if line and not line.startswith(("#", "name\t")):
                yield line.split("\t")


def main(what, *rest):
    if what == "random":
        r = random.Random(int(rest[0]))
        for n in range(int(rest[1])):
            print("\t".join(at_random(r, n)))
    elif what == "fill":
        print("# made by oracle.py fill; it says how to read this")
        print(HEAD)
        for row in rows(rest[0]):
            print("\t".join(row[:8] + count(row)))
    else:
        bad = [(row[0], row[8:], count(row)) for name in rest
               for row in rows(name) if row[8:] != count(row)]
        for name, says, is_ in bad:
            print(f"{name}: says {says}, is {is_}")
        return bool(bad)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
