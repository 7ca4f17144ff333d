#!/bin/bash
# Writes the configuration out of the environment, by the names of https://github.com/edoburu/docker-pgbouncer; what is not set is left
# to PgBouncer.
set -eu

place=/etc/pgbouncer
optional() {
  if [ -n "${!1:-}" ]; then printf '%s = %s\n' "${1,,}" "${!1}"; fi
}

printf '"%s" "%s"\n' "${DB_USER:-postgres}" "${DB_PASSWORD:-}" >"$place/userlist.txt"
{
  printf '[databases]\n%s = host=%s port=%s auth_user=%s\n' "${DB_NAME:-*}" "${DB_HOST:?Setup pgbouncer config error! You must set DB_HOST env}" "${DB_PORT:-5432}" "${DB_USER:-postgres}"
  printf '[pgbouncer]\nlisten_addr = 0.0.0.0\nlisten_port = %s\nunix_socket_dir =\nauth_file = %s\nauth_type = %s\nadmin_users = %s\n' \
    "${LISTEN_PORT:-5432}" "$place/userlist.txt" "${AUTH_TYPE:-md5}" "${ADMIN_USERS:-postgres}"
  printf 'ignore_startup_parameters = %s\n' "${IGNORE_STARTUP_PARAMETERS:-extra_float_digits}"
  for name in POOL_MODE MAX_CLIENT_CONN DEFAULT_POOL_SIZE MIN_POOL_SIZE RESERVE_POOL_SIZE MAX_DB_CONNECTIONS MAX_PREPARED_STATEMENTS STATS_USERS; do
    optional "$name"
  done
} >"$place/pgbouncer.ini"
exec "$@"
