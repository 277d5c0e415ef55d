#!/bin/sh
# Serves Prefect from a new PostgreSQL until Ctrl-C, in a folder that goes with it: tests/try_postgresql.sh [PORT]
# As root on Debian, once before: apt-get install postgresql. For keeps see docs/unattended.md, "A server for a team".
set -eu
port=${1:-4200}
home=$(mktemp -d)
programs=$(echo /usr/lib/postgresql/*/bin)
chown postgres "$home"
as_postgres() { (cd "$home" && su postgres -c "PATH=$programs:\$PATH; $1"); }
stop() { as_postgres "pg_ctl -D data -m fast stop"; rm -rf "$home"; }

as_postgres "initdb -D data -A trust"
as_postgres "pg_ctl -D data -w -l log -o '-p $((port + 1)) -k $home -c listen_addresses=127.0.0.1' start"
trap stop EXIT
trap 'exit 0' INT TERM
as_postgres "psql -h $home -p $((port + 1)) -d postgres -c 'create role prefect login' -c 'create database prefect owner prefect' -c 'select version()'"
export PREFECT_HOME="$home/prefect" PREFECT_UI_API_URL="http://127.0.0.1:$port/api"
export PREFECT_SERVER_DATABASE_CONNECTION_URL="postgresql+asyncpg://prefect@127.0.0.1:$((port + 1))/prefect"
prefect server start --port "$port"
