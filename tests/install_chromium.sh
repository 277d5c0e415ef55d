#!/bin/sh
# What tests/test_browser.py drives: Debian's browser and the driver that belongs to it. As root, once.
set -eu
apt-get update
apt-get install --yes --no-install-recommends chromium chromium-driver
