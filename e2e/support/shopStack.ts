import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const definition = `id: shop
version: 1
title: Shop
summary: PostgreSQL, Redis, files in a volume, and a service whose dump can be made to fail.
parameters: []
secrets:
  - { name: DB_PASSWORD, title: Password of the database }
services:
  - { name: db, title: Orders, image: postgres, stateful: true }
  - { name: cache, title: Carts, image: redis, stateful: true }
  - { name: files, title: Pictures, image: busybox, stateful: true }
  - { name: docs, title: Documents, image: busybox, stateful: true }
requirements: {}
ports: []
backups:
  - service: db
    title: Orders
    form: stream
    magic: PGDMP
    save: pg_dump -U shop -d shop --format=custom
    restore: pg_restore -U shop -d shop --clean --if-exists --no-owner --exit-on-error --single-transaction
    verify: >-
      psql -U shop -d shop -At -F ' ' -c "SELECT table_schema || '.' || table_name, (xpath('/row/n/text()',
      query_to_xml(format('SELECT count(*) AS n FROM %I.%I', table_schema, table_name), false, true, '')))[1]::text FROM
      information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
  - service: cache
    title: Carts
    form: stream
    magic: REDIS
    save: redis-cli --rdb - 2>/dev/null
    restore: >-
      d=$(mktemp -d) && cat >"$d/dump.rdb" && (redis-server --port 6390 --bind 127.0.0.1 --dir "$d" --save '' --daemonize yes >/dev/null &&
      until redis-cli -p 6390 ping 2>/dev/null | grep -q PONG; do sleep 0.2; done) && redis-cli replicaof 127.0.0.1 6390 >/dev/null && n=0 &&
      until redis-cli info replication | grep -q master_link_status:up; do n=$((n + 1)); [ "$n" -lt 600 ] || break; sleep 0.2; done; redis-cli
      replicaof no one >/dev/null; redis-cli -p 6390 shutdown nosave; rm -rf "$d"; [ "$n" -lt 600 ]
    verify: redis-cli info keyspace | tr -d '\\r' | sed -n 's/^\\(db[0-9]*:keys=[0-9]*\\),.*/\\1/p'
  - { service: files, title: Pictures, form: volume, path: /store }
  - service: docs
    title: Documents
    form: stream
    save: |
      cat /store/docs
      while [ -e /tmp/slow ]; do sleep 0.2; echo more; done
      [ ! -e /tmp/die ] || exit 3
    restore: cat >/store/docs
    verify: printf 'docs %s\\n' "$(wc -l </store/docs)"
gates:
  - { kind: containers, timeoutS: 60 }
`;

const compose = `services:
  db:
    image: postgres:16
    environment: { POSTGRES_USER: shop, POSTGRES_DB: shop, POSTGRES_PASSWORD: '\${DB_PASSWORD}' }
    volumes: ['db-data:/var/lib/postgresql/data']
    healthcheck: { test: [CMD-SHELL, 'pg_isready -h 127.0.0.1 -U shop -d shop'], interval: 1s, timeout: 3s, retries: 30 }
    restart: unless-stopped
    stop_grace_period: 5s
  cache:
    image: redis:7
    volumes: ['cache-data:/data']
    healthcheck: { test: [CMD, redis-cli, ping], interval: 1s, timeout: 3s, retries: 30 }
    restart: unless-stopped
    stop_grace_period: 2s
  files: &box
    image: busybox:1.36
    command: [sleep, '1000000']
    init: true
    volumes: ['files-data:/store']
    healthcheck: { test: [CMD, test, -d, /store], interval: 1s, timeout: 3s, retries: 30 }
    restart: unless-stopped
    stop_grace_period: 1s
  docs:
    <<: *box
    volumes: ['docs-data:/store']
volumes: { db-data: {}, cache-data: {}, files-data: {}, docs-data: {} }
`;

/** Writes the stack `shop` below a core's own stacks. */
export async function writeShopStack(dataDirectory: string): Promise<void> {
  const directory = join(dataDirectory, 'stacks/shop');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'stack.yaml'), definition);
  await writeFile(join(directory, 'compose.yaml'), compose);
}

/** Fills it: 500 orders, 40 carts, 25 pictures, 4000 lines of documents. */
export const fillShop = `set -eu
docker exec ph-shop-db-1 psql -q -U shop -d shop -c "CREATE TABLE orders (id int primary key, what text); CREATE TABLE customers (id int primary key);
INSERT INTO orders SELECT n, repeat(md5(n::text), 8) FROM generate_series(1, 500) n; INSERT INTO customers SELECT generate_series(1, 80)"
docker exec ph-shop-cache-1 sh -c 'for n in $(seq 1 40); do echo "SET cart:$n x$n"; done | redis-cli >/dev/null'
docker exec ph-shop-files-1 sh -c 'for n in $(seq 1 25); do head -c 20000 /dev/urandom >/store/picture-$n; done'
docker exec ph-shop-docs-1 sh -c 'seq 1 4000 >/store/docs'
`;
