#!/bin/sh
# Threading: every case of tests/data/thread, in the pipe and in the store.
ROOT=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
TZ=UTC LC_ALL=C.UTF-8 exec python3 "$ROOT/tests/cli/thread.py" \
    "${TAI_BIN:-$ROOT/build/bin}" "$ROOT"
