"""peer_uptime.py FILE: seconds down of each month, as most would write it."""
import json
import sys
from collections import defaultdict
from datetime import datetime

ticks = defaultdict(dict)
with open(sys.argv[1], encoding="utf-8") as f:
    for line in f:
        r = json.loads(line)
        at = datetime.fromisoformat(r["at"].replace("Z", "+00:00"))
        ticks[int(at.timestamp()) // 10, at.strftime("%Y-%m")][
            r["region"]] = r["up"]
down = defaultdict(int)
for (_, month), said in ticks.items():
    if list(said.values()).count(False) >= 2:
        down[month] += 10
for month in sorted(down):
    print(month, down[month])
