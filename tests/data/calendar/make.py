#!/usr/bin/env python3
"""Cases for calendars, by walking minute after minute through zoneinfo.

Nothing of the project's is used: the calendars are said once more here, and a
minute is open when the wall clock shows it within hours. Writes cases.tsv:
name, what, calendar, from, value, answer.
"""
import random
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def at(text):
    """Minutes since midnight of 13:45."""
    return int(text[:2]) * 60 + int(text[3:])


def hours(text):
    out = []
    for part in filter(None, text.split()):
        begin, end = map(at, part.split("-"))
        out.append((begin, end if end > begin else end + 1440))
    return out


def week(**days):
    names = "mon tue wed thu fri sat sun".split()
    return [hours(days.get(name, "")) for name in names]


def nth(year, month, weekday, n):
    first = date(year, month, 1)
    return first + DAY * ((weekday - first.weekday()) % 7 + 7 * (n - 1))


def nearest(day):
    return day - DAY if day.weekday() == 5 else \
        day + DAY if day.weekday() == 6 else day


def us(year):
    # New Year's Day of the next year may be closed on this one's last day.
    return {nearest(date(y, 1, 1)) for y in (year, year + 1)} | \
        {nearest(date(year, 7, 4)), nth(year, 11, 3, 4),
         nearest(date(year, 12, 25))}


def golden(year):
    taken = {date(year, 5, d) for d in (3, 4, 5)}
    out = set(taken)
    for day in sorted(taken):
        if day.weekday() == 6:
            out.remove(day)
            while day in taken or day.weekday() == 6:
                day += DAY
            out.add(day)
    return out | {nth(year, 1, 0, 2)}


PASCHA = {2024: date(2024, 5, 5), 2025: date(2025, 4, 20),
          2026: date(2026, 4, 12), 2027: date(2027, 5, 2)}


def greek(year):
    return {PASCHA[year] - 2 * DAY, PASCHA[year] + DAY, date(2026, 6, 10)}


class Calendar:
    def __init__(self, zone, regular, years, off=None, special=None):
        self.zone = ZoneInfo(zone)
        self.regular = regular
        self.years = years
        self.off = off
        self.special = special
        self.closed = {}

    def of(self, day):
        """Intervals that begin on the day, in minutes of it."""
        if self.special:
            found = self.special(day)
            if found is not None:
                return found
        if self.off:
            if day.year not in self.closed:
                self.closed[day.year] = self.off(day.year)
            if day in self.closed[day.year]:
                return []
        regular = self.regular(day) if callable(self.regular) \
            else self.regular
        return regular[day.weekday()]

    def open(self, moment):
        local = moment.astimezone(self.zone)
        today = local.date()
        minute = local.hour * 60 + local.minute
        return any(a <= minute < b for a, b in self.of(today)) or \
            any(a <= minute + 1440 < b for a, b in self.of(today - DAY))

    def add(self, moment, minutes):
        while minutes > 0:
            minutes -= self.open(moment)
            moment += MINUTE
        return moment

    def subtract(self, moment, minutes):
        while minutes > 0:
            moment -= MINUTE
            minutes -= self.open(moment)
        return moment

    def between(self, a, b):
        n = 0
        while a < b:
            n += self.open(a)
            a += MINUTE
        return n


def athens(day):
    if day == date(2026, 4, 14):
        return hours("12:00-20:00")
    if date(2026, 8, 10) <= day <= date(2026, 8, 14):
        return []
    if day == date(2026, 5, 7):
        return hours("09:00-10:00 11:00-12:30 13:00-14:30")
    if (day.month, day.day) in ((12, 24), (12, 31)):
        return hours("09:00-12:00")
    return None


def moved(day):
    if day < date(2026, 4, 1):
        return every("mon tue wed thu fri", "09:00-17:00")
    if day <= date(2026, 9, 30):
        return every("mon tue wed thu fri sat", "08:00-16:00",
                     sun="22:00-02:00")
    if day >= date(2026, 11, 1):
        return every("mon tue wed thu fri", "10:00-12:00 13:00-18:30")
    return week()


def every(names, text, **others):
    return week(**{name: text for name in names.split()}, **others)


WORK = "mon tue wed thu fri"
ALL = WORK + " sat sun"
CALENDARS = {
    "office": Calendar("America/Los_Angeles", every(WORK, "09:00-17:00"),
                       (1995, 2035), us),
    "lunch": Calendar("Europe/Dublin",
                      every("mon tue wed thu", "08:30-12:00 13:00-17:15",
                            fri="08:30-14:00", sat="10:00-11:30"),
                      (1996, 2030)),
    "nights": Calendar("America/New_York",
                       every("sun mon tue wed thu", "22:00-06:00",
                             fri="20:00-24:00"), (2007, 2030), us),
    "round": Calendar("America/Sao_Paulo", every(ALL, "00:00-24:00"),
                      (2010, 2019)),
    "half": Calendar("Australia/Lord_Howe",
                     every("mon tue wed thu fri sat", "01:00-03:45",
                           sun="00:30-04:00"), (2008, 2030)),
    "kathmandu": Calendar("Asia/Kathmandu",
                          every("sun mon tue wed thu", "10:00-17:00",
                                fri="10:00-15:00"), (1985, 1990)),
    "chatham": Calendar("Pacific/Chatham",
                        every(WORK, "00:00-09:00", sat="02:00-05:00",
                              sun="02:00-05:00"), (2008, 2030)),
    "apia": Calendar("Pacific/Apia",
                     every(WORK, "08:00-17:00", sat="22:00-06:00"),
                     (2011, 2012)),
    "kwajalein": Calendar("Pacific/Kwajalein", every(ALL, "06:00-18:00"),
                          (1993, 1993)),
    "tokyo": Calendar("Asia/Tokyo", every(WORK, "09:00-18:00"),
                      (2007, 2030), golden),
    "athens": Calendar("Europe/Athens", every(WORK, "09:00-14:30"),
                       (2025, 2026), greek, athens),
    "caracas": Calendar("America/Caracas", every(WORK, "07:30-16:00"),
                        (2006, 2017)),
    "casablanca": Calendar("Africa/Casablanca",
                           every(WORK, "00:00-05:00", sat="01:00-04:00",
                                 sun="01:00-04:00"), (2019, 2026)),
    "troll": Calendar("Antarctica/Troll", every(ALL, "00:00-12:00"),
                      (2015, 2026)),
    "moved": Calendar("Europe/Berlin", moved, (2026, 2026)),
}


def transitions(cal):
    """Days of those years on which the offset of the zone changes."""
    day = datetime(cal.years[0], 1, 2, tzinfo=timezone.utc)
    last = datetime(cal.years[1], 12, 30, tzinfo=timezone.utc)
    out, before = [], None
    while day < last:
        offset = day.astimezone(cal.zone).utcoffset()
        if before is not None and offset != before:
            out.append(day)
        before = offset
        day += DAY
    return out


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    rng = random.Random(20260115)
    rows = []
    for name, cal in CALENDARS.items():
        changes = transitions(cal)
        for i in range(40):
            if changes and i % 2 == 0:
                start = rng.choice(changes) - DAY * rng.randrange(4)
            else:
                start = datetime(rng.randint(*cal.years), 1, 1,
                                 tzinfo=timezone.utc) + \
                    DAY * rng.randrange(1, 350)
            start += MINUTE * rng.randrange(1440)
            if i % 5 == 4:      # just on an edge
                start = cal.add(start, 1) - MINUTE * rng.randrange(2)
            what = ("add", "subtract", "between", "at")[i % 4]
            amount = rng.choice((1, 30, 60, 240, 480, 961, 1500))
            row = [f"{name}-{i}", what, name, text(start)]
            if what == "add":
                row += [f"{amount}m", text(cal.add(start, amount))]
            elif what == "subtract":
                row += [f"{amount}m", text(cal.subtract(start, amount))]
            elif what == "between":
                end = start + MINUTE * rng.randrange(1, 20 * 1440)
                row += [text(end), str(60 * cal.between(start, end))]
            else:
                row += ["-", "open" if cal.open(start) else "closed"]
            rows.append(row)
    with open("cases.tsv", "w") as out:
        out.write("# made by make.py: name what calendar from value answer\n")
        out.write("name\twhat\tcalendar\tfrom\tvalue\tanswer\n")
        for row in rows:
            out.write("\t".join(row) + "\n")


if __name__ == "__main__":
    main()
