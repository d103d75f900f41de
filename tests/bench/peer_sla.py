"""peer_sla.py STORE TICKETS: response and resolution of the first tickets of a
store, in wall time, as one writes it in Python over the rows of its events."""
import sqlite3
import sys
from itertools import groupby
from operator import itemgetter

CUSTOMER, AGENT, STATUS, RESOLVED = 0, 2, 6, 3


def clocks(events):
    asked = answered = resolved = None
    for _, at, kind, arg, _ in events:
        if kind == CUSTOMER:
            asked = at if asked is None else asked
            resolved = None
        elif kind == AGENT and answered is None:
            answered = at
        elif kind == STATUS:
            resolved = at if arg == RESOLVED else None
    return (answered or asked) - asked, (resolved or asked) - asked


def main():
    rows = sqlite3.connect(sys.argv[1]).execute(
        "SELECT ticket, at, kind, arg, text FROM event WHERE ticket <= ? "
        "ORDER BY ticket, at, kind, nonce", (int(sys.argv[2]),))
    print([sum(x) for x in zip(*(clocks(events) for _, events in
                                 groupby(rows, itemgetter(0))))])


main()
