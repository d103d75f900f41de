#!/usr/bin/env python3
"""Instances of recurring events by dateutil: peer_ical.py [make] FILE."""
import sys
import time
from datetime import datetime

RULES = ("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
         "FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "FREQ=MONTHLY;BYMONTHDAY=-1",
         "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
         "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH")


def make(name):
    with open(name, "w", newline="\r\n") as out:
        print("BEGIN:VCALENDAR", file=out)
        for i in range(60):
            print(f"BEGIN:VEVENT\nUID:{i}\n"
                  f"DTSTART;VALUE=DATE:2000{i % 12 + 1:02d}{i % 28 + 1:02d}\n"
                  f"RRULE:{RULES[i % len(RULES)]}\nEND:VEVENT", file=out)
        print("END:VCALENDAR", file=out)


def follow(name):
    from dateutil.rrule import rrulestr
    begun = time.perf_counter()
    start, n = None, 0
    for line in open(name, newline=""):
        if line.startswith("DTSTART"):
            start = datetime.strptime(line.strip()[-8:], "%Y%m%d")
        elif line.startswith("RRULE"):
            for day in rrulestr(line.strip(), dtstart=start):
                if day.year >= 2050:
                    break
                n += 1
    print(int(n / (time.perf_counter() - begun)), n)


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    follow(sys.argv[1])
