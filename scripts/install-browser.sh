#!/bin/sh
# Make sure that Debian's Chromium is there for the browser tests; say plainly what could not be done.
set -eu
if command -v chromium >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing chromium for the browser tests"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0
fi
echo "The browser tests need chromium (Debian: apt-get install chromium); it is not here and could not be installed." >&2
test -z "${CI:-}"
