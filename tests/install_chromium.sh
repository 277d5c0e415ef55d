#!/bin/sh
# What the browser tests use: Debian's browser, the driver that belongs to it, and axe-core, which looks for barriers. As root, once.
set -eu
apt-get update
apt-get install --yes --no-install-recommends chromium chromium-driver npm
npm install --no-save --no-audit --no-fund --prefix "$(dirname "$0")/.browser" axe-core@4.14.1
