"""Stand-in for ClickHouse's HTTP interface on port 8123: /ping, queries, inserts, users, errors.

Source: https://clickhouse.com/docs/interfaces/http and https://github.com/ClickHouse/ClickHouse/tree/master/docker/server
"""

import base64
import json
import os
import threading
import time
import uuid

from clickhouse_sql import Database, SqlError
from standInHttp import serve

USER = os.environ.get("CLICKHOUSE_USER") or "default"
PASSWORD = os.environ.get("CLICKHOUSE_PASSWORD") or ""
# Without a user of its own the image lets nobody in from outside the container.
LOCAL_ONLY = (
    not os.environ.get("CLICKHOUSE_USER")
    and not os.environ.get("CLICKHOUSE_PASSWORD")
    and os.environ.get("CLICKHOUSE_SKIP_USER_SETUP") != "1"
)


def credentials(request):
    header = request.headers.get("authorization") or ""
    if header.startswith("Basic "):
        user, _, password = base64.b64decode(header[6:]).decode().partition(":")
        return user, password
    user = request.headers.get("x-clickhouse-user") or request.query.get("user") or "default"
    password = request.headers.get("x-clickhouse-key") or request.query.get("password") or ""
    return user, password


def check_login(request):
    user, password = credentials(request)
    local = request.client in ("127.0.0.1", "::1", "::ffff:127.0.0.1")
    if (user, password) == (USER, PASSWORD) and (local or not LOCAL_ONLY):
        return
    text = f"{user}: Authentication failed: password is incorrect, or there is no user with such name"
    raise SqlError(516, "AUTHENTICATION_FAILED", text)


def cell(value):
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def type_name(rows, index):
    kinds = {type(row[index]) for row in rows}
    return "UInt64" if kinds == {int} else "Float64" if float in kinds else "String"


def render(names, rows, form):
    if form in ("TabSeparated", "TSV"):
        return "".join("\t".join(map(cell, row)) + "\n" for row in rows), "text/tab-separated-values; charset=UTF-8"
    records = [dict(zip(names, row)) for row in rows]
    if form == "JSONEachRow":
        return "".join(json.dumps(record, separators=(",", ":")) + "\n" for record in records), "application/x-ndjson; charset=UTF-8"
    if form == "JSON":
        types = [type_name(rows, index) for index in range(len(names))]
        meta = [{"name": name, "type": kind} for name, kind in zip(names, types)]
        value = {"meta": meta, "data": records, "rows": len(rows)}
        return json.dumps(value, indent=1), "application/json; charset=UTF-8"
    raise SqlError(73, "UNKNOWN_FORMAT", f"Unknown format {form}")


def query(request):
    headers = {"X-ClickHouse-Query-Id": str(uuid.uuid4()), "X-ClickHouse-Server-Display-Name": os.uname().nodename}
    try:
        check_login(request)
        sql, data = request.query.get("query"), request.body.decode()
        if sql is None:
            sql, data = data, ""
        elif data and not sql.lstrip().upper().startswith("INSERT"):
            # The body continues a query that was begun in the address.
            sql, data = sql + data, ""
        current = request.query.get("database") or request.headers.get("x-clickhouse-database") or "default"
        names, rows, form = database.run(sql, data, current)
        default = request.query.get("default_format") or request.headers.get("x-clickhouse-format") or "TabSeparated"
        body, content_type = render(names, rows, form or default)
        request.send(200, body, content_type, headers)
    except SqlError as error:
        status = {516: 403, 60: 404, 81: 404}.get(error.code, 400)
        headers["X-ClickHouse-Exception-Code"] = str(error.code)
        request.send(status, str(error), "text/plain; charset=UTF-8", headers)


def ping(request):
    request.send(200, "Ok.\n", "text/html; charset=UTF-8")


def greet_or_query(request):
    if request.method != "POST" and "query" not in request.query:
        request.send(200, "Ok.\n", "text/html; charset=UTF-8")
    else:
        query(request)


def not_found(request):
    text = f"There is no handle {request.path}\n\nUse / or /ping for health checks.\n"
    request.send(404, text, "text/plain; charset=UTF-8")


def main():
    time.sleep(int(os.environ.get("FLEET_START_MS", "300")) / 1000)
    routes = {("GET", "/"): greet_or_query, ("POST", "/"): query, ("GET", "/ping"): ping}
    print("<Information> Application: Ready for connections. (stand-in)", flush=True)
    # The real server is reached over both families; the native port only has to be open.
    threading.Thread(target=serve_native, daemon=True).start()
    serve("0.0.0.0", 8123, routes, not_found)


def serve_native():
    import socket

    listener = socket.create_server(("0.0.0.0", 9000))
    while True:
        connection, _ = listener.accept()
        connection.close()


database = Database()
main()
