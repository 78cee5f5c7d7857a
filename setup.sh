#!/bin/sh
# Sets up the folder given: Java and Maven by apt where they are missing and we may, Python packages at the constrained
# versions, the jars of the embedded parts. Downloads are timed apart, since they depend on the network.
set -eu
venv=$1
began=$(date +%s)

missing=
command -v java >/dev/null 2>&1 || missing="$missing openjdk-17-jre-headless"
command -v mvn >/dev/null 2>&1 || missing="$missing maven"
"$PYTHON" -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "installing$missing"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        echo "These packages are missing and can't be installed by $(id -un):$missing" >&2
        echo "Install them (on Debian: sudo apt-get install$missing) and repeat." >&2
        exit 1
    fi
fi
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; $("$PYTHON" --version) was found. Set PYTHON=python3.11" >&2
    exit 1
}

[ -x "$venv/bin/python" ] || "$PYTHON" -m venv "$venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check "pip>=25.1"
"$venv/bin/python" -m pip install -q --disable-pip-version-check -c constraints.txt -e . --group dev
python_done=$(date +%s)
"$venv/bin/python" -c 'from linli.parts.jars import jars; from linli.settings import load_settings; jars(load_settings().cache)'
echo "set up: Python packages $((python_done - began)) s, jars $(($(date +%s) - python_done)) s (downloads included)"
touch "$venv/.ready"
