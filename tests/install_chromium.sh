#!/bin/sh
# What the browser tests use: Debian's browser, the driver that belongs to it, and axe-core, which looks for barriers. As root, once.
set -eu
apt-get update
apt-get install --yes --no-install-recommends chromium chromium-driver
command -v npm || apt-get install --yes --no-install-recommends npm  # a Node.js that is no package of Debian's brings its own
npm install --no-save --no-audit --no-fund --prefix "$(dirname "$0")/.browser" axe-core@4.14.1
