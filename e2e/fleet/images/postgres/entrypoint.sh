#!/bin/bash
# First start as the official image documents it: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, initdb scripts.
set -eu

export PGDATA=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /run/postgresql
  chown -R postgres "$PGDATA" /run/postgresql
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- bash "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ]; then
    echo 'Error: Database is uninitialized and superuser password is not specified.' >&2
    exit 1
  fi
  initdb -U "$user" --pwfile=<(echo "$POSTGRES_PASSWORD") --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  # Without a network listener, so that a health check over TCP cannot pass before the scripts have run.
  pg_ctl -w -o "-c listen_addresses=''" start >/dev/null
  [ "$database" = postgres ] || createdb -U "$user" "$database"
  for script in /docker-entrypoint-initdb.d/*.sql; do
    [ ! -f "$script" ] || psql -v ON_ERROR_STOP=1 -U "$user" -d "$database" -f "$script"
  done
  pg_ctl -w -m fast stop >/dev/null
fi

[ "${1:-postgres}" != postgres ] || set -- "${@:-postgres}" -c listen_addresses='*'
exec "$@"
