#!/usr/bin/env bash
# Is the wheel complete? Builds it, installs it into an environment of its own, and audits the sample from an empty
# folder elsewhere, as someone without this checkout would.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
checkout=$PWD

away=$(mktemp -d)
trap 'rm -rf "$away"' EXIT

fail() {
  printf 'error: wheel: %s\n' "$1" >&2
  exit 1
}

# expect EXIT_CODE WHAT COMMAND...: what the command printed is shown only when it exits otherwise
expect() {
  local expected=$1 what=$2 code=0
  shift 2
  "$@" >"$away/output" 2>&1 </dev/null || code=$?
  [ "$code" = "$expected" ] || {
    cat "$away/output" >&2
    fail "$what: exit $code, and $expected was expected from: $*"
  }
  echo "wheel: $what: exit $code, as expected"
}

rm -rf build/dist
expect 0 'build' .venv/bin/python -m hatchling build -t wheel -d build/dist
wheels=(build/dist/*.whl)
[ "${#wheels[@]}" = 1 ] || fail "one wheel was expected in build/dist: ${wheels[*]}"

pip_install=("$away/venv/bin/python" -m pip install --disable-pip-version-check --no-input --progress-bar off)
expect 0 'clean environment' .venv/bin/python -m venv "$away/venv"
expect 0 'locked packages' "${pip_install[@]}" --require-hashes -r requirements/run.txt
expect 0 'the wheel itself' "${pip_install[@]}" --no-deps --no-index "${wheels[0]}"

# Python imports sitecustomize by itself; this one ends a process that opens, lists or imports anything of the checkout.
mkdir "$away/watch" "$away/empty"
cat >"$away/watch/sitecustomize.py" <<'PYTHON'
import os
import sys

checkout = os.environ["CHECKOUT"] + os.sep


def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes, os.PathLike)):
        path = os.path.abspath(os.fsdecode(arguments[0])) + os.sep
        if path.startswith(checkout):
            os.write(2, f"opened in the checkout: {path}\n".encode())
            os._exit(99)


sys.addaudithook(watch)
PYTHON
export CHECKOUT=$checkout PYTHONPATH=$away/watch PYTHONDONTWRITEBYTECODE=1

cd "$away/empty"
fateaudit=$away/venv/bin/fateaudit
expect 99 'a file of the checkout opened, to see the watch work' \
  "$away/venv/bin/python" -c "open('$checkout/pyproject.toml')"
expect 0 'fateaudit --version' "$fateaudit" --version
expect 0 'fateaudit demo' "$fateaudit" demo
for file in report.pdf audit.json; do
  [ -s "fateaudit-demo/$file" ] || fail "fateaudit demo left no fateaudit-demo/$file"
done
[ "$(head -c 5 fateaudit-demo/report.pdf)" = '%PDF-' ] || fail 'fateaudit-demo/report.pdf is not a PDF'
expect 0 'fateaudit verify' "$fateaudit" verify fateaudit-demo
expect 3 'fateaudit gate' "$fateaudit" gate fateaudit-demo/fateaudit.yaml
echo 'wheel: works without the checkout'
