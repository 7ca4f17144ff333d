"""Stand-in for clickhouse-client: one query by --query or standard input, over the HTTP port instead of the native one.

Source: https://clickhouse.com/docs/interfaces/cli
"""

import argparse
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

parser = argparse.ArgumentParser(prog="clickhouse-client", add_help=False)
parser.add_argument("--query", "-q")
parser.add_argument("--host", "-h", default=os.environ.get("CLICKHOUSE_HOST") or "127.0.0.1")
parser.add_argument("--port", type=int)
# The real client takes these two from the environment as well, so that `docker exec` needs no password on its line.
parser.add_argument("--user", "-u", default=os.environ.get("CLICKHOUSE_USER") or "default")
parser.add_argument("--password", default=os.environ.get("CLICKHOUSE_PASSWORD") or "")
parser.add_argument("--database", "-d", default="default")
parser.add_argument("--format", "-f", default="TabSeparated")
parser.add_argument("--version", "-V", action="store_true")
arguments = parser.parse_args()

if arguments.version:
    print("ClickHouse client version 25.8.2.29 (official build).")
    sys.exit(0)

piped = "" if sys.stdin.isatty() else sys.stdin.read()
sql = arguments.query or piped
options = {"database": arguments.database, "default_format": arguments.format}
if arguments.query and piped:
    options["query"], sql = arguments.query, piped
call = urllib.request.Request(f"http://{arguments.host}:8123/?{urllib.parse.urlencode(options)}", data=sql.encode())
call.add_header("X-ClickHouse-User", arguments.user)
call.add_header("X-ClickHouse-Key", arguments.password)
try:
    with urllib.request.urlopen(call) as response:
        sys.stdout.write(response.read().decode())
except urllib.error.HTTPError as error:
    sys.stderr.write(f"Received exception from server:\n{error.read().decode()}")
    sys.exit(int(error.headers.get("X-ClickHouse-Exception-Code") or 1) % 256)
except urllib.error.URLError as error:
    port = arguments.port or 9000
    sys.stderr.write(f"Code: 210. DB::NetException: {error.reason} ({arguments.host}:{port}). (NETWORK_ERROR)\n")
    sys.exit(210)
