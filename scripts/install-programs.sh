#!/bin/sh
# Make sure that the programs of others that tests need are there; say plainly what could not be done.
# Without them the tests that need them are left out, and say so; under CI they must be there.
set -eu
missing=""
wants() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
wants chromium "chromium fonts-dejavu-core"
wants hledger hledger
wants soffice libreoffice-calc-nogui
if [ -z "$missing" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests:$missing"
  # shellcheck disable=SC2086  # a list of packages
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "Not here and could not be installed:$missing (Debian: apt-get install$missing)." >&2
echo "The browser tests need chromium; some tests of the ledger's files need hledger and LibreOffice and are left out." >&2
test -z "${CI:-}"
