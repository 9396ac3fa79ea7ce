"""What hostile models try, and what happens: every file and deed of `tests/hostile`, and damaged files.

Each is tried with and without bubblewrap and, where root runs this, as an ordinary user too. Ends with 1 when anything
was achieved that should not be.
"""

import argparse
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TESTS = HERE.parents[1] / "tests"
sys.path[:0] = [str(TESTS / "hostile"), str(TESTS / "models"), str(TESTS)]

from document import DOCUMENT, RESULTS, as_json, counted, put_into  # noqa: E402 - the paths come first
from ordinary import as_ordinary, is_root  # noqa: E402 - as above
from sieges import damaged, held  # noqa: E402 - as above

FULL, QUICK = 200, 20


def main() -> int:
    """Try everything, print and write what was asked for, and return the exit code."""
    options = _options()
    if options.child:
        json.dump(held(), sys.stdout)
        return 0
    runs = {("root" if is_root() else "user"): held()}
    if is_root() and (words := as_ordinary([sys.executable, str(HERE), "--child"])):
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - this script
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return 1
        runs["user"] = json.loads(done.stdout)
    found = as_json(runs, damaged(QUICK if options.quick else FULL), options.date)
    print(counted(found))
    if options.markdown:
        RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        DOCUMENT.write_text(put_into(DOCUMENT.read_text(encoding="utf-8"), found), encoding="utf-8")
    return 1 if found["achieved"] else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/hostile", description="Try hostile models.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} damaged files of each format, not {FULL}")
    parser.add_argument("--markdown", action="store_true", help=f"write {RESULTS.name} and {DOCUMENT.name}")
    parser.add_argument("--child", action="store_true", help="only as whoever runs this, as JSON")
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat(), help="what the table is dated")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
