#!/usr/bin/env python3
"""Business time by numpy: two searchsorted over tabled windows."""
import time

import numpy

COUNT = 2000000
DAY = 86400
days = numpy.arange(7305, 29220)
days = days[(days + 4) % 7 % 6 != 0]
opens = days * DAY + 9 * 3600
closes = opens + 8 * 3600
ends = numpy.cumsum(closes - opens)
rng = numpy.random.default_rng(1)
start = rng.integers(1735689600, 1735689600 + 2 * 365 * DAY, COUNT)
amount = rng.integers(60, 144060, COUNT)

began = time.perf_counter()
i = numpy.searchsorted(closes, start, side="right")
target = ends[i] - (closes[i] - numpy.maximum(opens[i], start)) + amount
j = numpy.searchsorted(ends, target)
due = closes[j] - (ends[j] - target)
print(int(COUNT / (time.perf_counter() - began)))
