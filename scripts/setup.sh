#!/usr/bin/env bash
# Everything between a fresh clone and the first `make demo`. `make` calls it; running it again does no harm.
#
#   scripts/setup.sh system        what the machine must have: Python, its venv module, Pango for the report
#   scripts/setup.sh environment   .venv, with the locked packages and this checkout in it
#   scripts/setup.sh spark         Java, which only the tests of Spark need: `make test` asks for it, `make demo` does not
#   scripts/setup.sh sandbox       bubblewrap, a second wall around models: `make hostile` asks for it
#
# Debian packages are installed only where that takes no password (root, or sudo that asks for none).
# Elsewhere it says what to type, and changes nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PYTHON=${PYTHON:-python3}
OLDEST=3.11
LOG=build/setup.log

# `venv` without `ensurepip` is what Debian leaves on a machine that lacks python3-venv.
VENV_PACKAGES=(python3-venv)
# WeasyPrint loads these by name when it is imported. The report brings its own fonts; fontconfig still wants to know of
# one, and Debian's Pango depends on a package of some.
PANGO_PACKAGES=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
PANGO_LIBRARIES=(
  libgobject-2.0.so.0 libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz.so.0 libharfbuzz-subset.so.0 libfontconfig.so.1
)
# Spark 4 runs on Java 17 and newer ones.
OLDEST_JAVA=17
JAVA_PACKAGES=(openjdk-17-jre-headless)
SANDBOX_PACKAGES=(bubblewrap)

say() {
  printf 'setup: %s\n' "$1"
}

# fail WHAT_HAPPENED WHAT_TO_DO...
fail() {
  printf 'error: %s\n' "$1" >&2
  shift
  printf '%s\n' "$@" | sed -n 's/^./  &/p' >&2
  exit 1
}

# logged COMMAND...: its output is read only when it fails
logged() {
  mkdir -p build
  printf '\n+ %s\n' "$*" >>"$LOG"
  "$@" >>"$LOG" 2>&1 </dev/null
}

has_environment() {
  [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null
}

has_venv() {
  "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null
}

# Asks the loader, not the package manager: the libraries may have come from anywhere.
has_pango() {
  [ "$(uname -s)" = Linux ] || return 0
  "$PYTHON" -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' "${PANGO_LIBRARIES[@]}" 2>/dev/null
}

# Spark's own scripts look for it in the same two places.
has_java() {
  local version
  version=$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  [ "${version:-0}" -ge "$OLDEST_JAVA" ]
}

require_python() {
  local version
  version=$("$PYTHON" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) ||
    fail "$PYTHON does not run as a Python interpreter here" \
      "fateaudit needs Python $OLDEST or newer; if there is one by another name, type: make PYTHON=python$OLDEST demo"
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < tuple(map(int, sys.argv[1].split("."))))' "$OLDEST" ||
    fail "$PYTHON is Python $version, and fateaudit needs $OLDEST or newer" \
      "if there is a newer one by another name, type: make PYTHON=python$OLDEST demo"
}

# Prints the command that gives root without a password: nothing for root, and fails where there is none.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    return 0
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    echo 'sudo -n'
  else
    return 1
  fi
}

# install_packages WHAT_IS_MISSING PACKAGE...
install_packages() {
  local missing=$1 root
  shift
  command -v apt-get >/dev/null ||
    fail "this machine lacks $missing, and has no apt-get to install it with" \
      "Install it with the system's own package manager (the Debian packages are: $*)," \
      "then type the same make command again."
  root=$(as_root) ||
    fail "this machine lacks $missing, and this account may not install packages" \
      "As an administrator, type: apt-get install $*" \
      "then type the same make command again."
  say "$missing: installing $* with apt-get"
  # A list that cannot be renewed is no reason to stop: the packages may be known already. The word split is meant.
  # shellcheck disable=SC2086
  logged $root env DEBIAN_FRONTEND=noninteractive apt-get update -q || true
  # shellcheck disable=SC2086
  logged $root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" ||
    fail "apt-get could not install $*" \
      "$(grep '^E:' "$LOG" | tail -n 3)" \
      "All that it said is in $LOG. When it is mended, type the same make command again."
}

system() {
  local packages=() missing=''
  if has_environment; then
    PYTHON=.venv/bin/python
  else
    require_python
    has_venv || { packages+=("${VENV_PACKAGES[@]}"); missing="Python's venv module"; }
  fi
  has_pango || { packages+=("${PANGO_PACKAGES[@]}"); missing="${missing:+$missing and }Pango"; }
  [ "${#packages[@]}" -gt 0 ] || return 0

  install_packages "$missing" "${packages[@]}"
  has_environment || has_venv ||
    fail "$PYTHON still has no venv module after python3-venv was installed, so it is not Debian's own Python" \
      "type: make PYTHON=/usr/bin/python3 demo"
  has_pango ||
    fail "Pango was installed, and $PYTHON still cannot load it" \
      "If files of it were removed, type: apt-get install --reinstall ${PANGO_PACKAGES[*]}" \
      "If $PYTHON was built for another system than this one, type: make clean, then make PYTHON=/usr/bin/python3 demo"
}

spark() {
  has_java && return 0
  install_packages "Java $OLDEST_JAVA or newer, for the tests of Spark" "${JAVA_PACKAGES[@]}"
  has_java ||
    fail "Java was installed, and another one is found before it, or none" \
      "Take JAVA_HOME out of the environment, or let it name Java $OLDEST_JAVA or newer; then type the same make command again."
}

# Models are locked up without it too, and where it cannot be had what it adds is left out.
sandbox() {
  [ "$(uname -s)" = Linux ] || return 0
  command -v bwrap >/dev/null && return 0
  if ! command -v apt-get >/dev/null || ! as_root >/dev/null; then
    say 'bubblewrap is not installed, and this account may not install it: going on without'
    return 0
  fi
  install_packages 'bubblewrap' "${SANDBOX_PACKAGES[@]}"
}

# pip_install ARGUMENT...
pip_install() {
  logged .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off "$@" && return 0
  local reason='pip could not install the packages'
  if grep -qE 'Retrying \(|NewConnectionError|NameResolutionError|Could not fetch URL' "$LOG"; then
    reason='pip could not reach its package index'
  elif grep -q 'DO NOT MATCH THE HASHES' "$LOG"; then
    reason='a downloaded package is not the one that was locked'
  fi
  fail "$reason" \
    "$(grep '^ERROR' "$LOG" | tail -n 3)" \
    "pip downloads from the index it is set up to use (pip config list; PIP_INDEX_URL names another one)." \
    "All that it said is in $LOG. When it is mended, type the same make command again."
}

environment() {
  rm -f .venv/.stamp
  if ! has_environment; then
    require_python
    say ".venv with $("$PYTHON" --version)"
    logged "$PYTHON" -m venv --clear .venv ||
      fail "$PYTHON could not make .venv" "$(tail -n 3 "$LOG")" "All that it said is in $LOG."
  fi
  say "$(grep -c == requirements/dev.txt) packages from requirements/dev.txt (a minute or two the first time)"
  pip_install --require-hashes -r requirements/dev.txt
  say 'fateaudit, from this checkout'
  pip_install --no-deps --no-build-isolation -e .
  touch .venv/.stamp
}

rm -f "$LOG"
case ${1:-} in
  system) system ;;
  environment) environment ;;
  spark) spark ;;
  sandbox) sandbox ;;
  *) fail "setup.sh was given \"${1:-}\"" "type: scripts/setup.sh system, environment, spark or sandbox" ;;
esac
