#!/usr/bin/env python3
"""peak.py COMMAND...: the most memory that it and its children had, in KB.

The sum of their proportional shares, looked at fifty times a second.
"""
import os
import subprocess
import sys
import time


def family(pid):
    yield pid
    for task in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/children" % (pid, task)) as f:
            for child in f.read().split():
                yield from family(int(child))


def share(pid):
    with open("/proc/%d/smaps_rollup" % pid) as f:
        return sum(int(line.split()[1]) for line in f if line[:4] == "Pss:")


peak = 0
command = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
while command.poll() is None:
    try:
        peak = max(peak, sum(map(share, family(command.pid))))
    except (OSError, ValueError):
        pass
    time.sleep(.02)
print(peak)
sys.exit(command.returncode)
