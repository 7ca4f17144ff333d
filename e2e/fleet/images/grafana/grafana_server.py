"""Stand-in for Grafana: health, login, provisioned data sources and dashboards, and the health of a Prometheus source.

Source: https://grafana.com/docs/grafana/latest/developers/http_api/. As in the real one GF_SECURITY_ADMIN_PASSWORD counts at the
first start alone; what it keeps is an SQLite file.
"""

import base64
import glob
import hashlib
import json
import os
import re
import sqlite3
import sys
import urllib.request

from standInHttp import serve

VERSION = "12.1.1"
PROVISIONING = os.environ.get("GF_PATHS_PROVISIONING", "/etc/grafana/provisioning")
DATA = os.environ.get("GF_PATHS_DATA", "/var/lib/grafana")


def open_database():
    database = sqlite3.connect(f"{DATA}/grafana.db", check_same_thread=False, isolation_level=None)
    database.execute("CREATE TABLE IF NOT EXISTS user (login TEXT PRIMARY KEY, password TEXT)")
    name, password = os.environ.get("GF_SECURITY_ADMIN_USER", "admin"), os.environ.get("GF_SECURITY_ADMIN_PASSWORD", "admin")
    database.execute("INSERT OR IGNORE INTO user VALUES (?, ?)", (name, hashlib.sha256(password.encode()).hexdigest()))
    return database


database = open_database()


def read_sources():
    """Data sources from the provisioning files: their flat fields are all that this reads of YAML."""
    found = []
    for path in sorted(glob.glob(f"{PROVISIONING}/datasources/*.yaml")):
        with open(path) as file:
            for block in re.split(r"^\s*- ", file.read(), flags=re.MULTILINE)[1:]:
                fields = dict(re.findall(r"^\s*(\w+):[ \t]*(.+?)[ \t]*$", block, re.MULTILINE))
                found.append({"id": len(found) + 1, **{key: fields.get(key, "") for key in ("name", "uid", "type", "url")}, "readOnly": True})
    return found


def read_dashboards():
    """Dashboards of the folder that the provisioning names."""
    found = []
    for path in sorted(glob.glob(f"{PROVISIONING}/dashboards/*.yaml")):
        with open(path) as file:
            folder = re.search(r"^\s*path:\s*(\S+)", file.read(), re.MULTILINE)
        for each in sorted(glob.glob(f"{folder.group(1)}/*.json")) if folder else []:
            with open(each) as file:
                dashboard = json.load(file)
            found.append({"uid": dashboard.get("uid"), "title": dashboard["title"], "type": "dash-db"})
    return found


def is_known(request):
    name, _, password = base64.b64decode((request.headers.get("authorization") or "").removeprefix("Basic ")).decode().partition(":")
    row = database.execute("SELECT password FROM user WHERE login = ?", (name,)).fetchone()
    return row is not None and row[0] == hashlib.sha256(password.encode()).hexdigest()


def source_health(request, uid):
    url = next((each["url"] for each in read_sources() if each["uid"] == uid), None)
    if url is None:
        request.send_json(404, {"message": "Data source not found"})
        return
    try:
        with urllib.request.urlopen(f"{url}/api/v1/query?query=1%2B1", timeout=3) as response:
            json.load(response)
        request.send_json(200, {"message": "Successfully queried the Prometheus API.", "status": "OK"})
    except (OSError, ValueError) as error:
        request.send_json(400, {"message": str(error), "status": "ERROR"})


def route(request):
    match = re.fullmatch(r"/api/datasources/uid/([\w-]+)/health", request.path)
    if request.path == "/api/health":
        request.send_json(200, {"database": "ok", "version": VERSION, "commit": "stand-in"})
    elif request.path == "/login":
        request.send(200, "<!DOCTYPE html><title>Grafana (stand-in)</title>", "text/html; charset=UTF-8")
    elif not is_known(request):
        api = request.path.startswith("/api/")
        if api:
            request.send_json(401, {"message": "Unauthorized", "messageId": "auth.unauthorized", "statusCode": 401})
        else:
            request.send(302, "", "text/html", {"Location": "/login"})
    elif match:
        source_health(request, match.group(1))
    elif request.path == "/api/datasources":
        request.send_json(200, read_sources())
    elif request.path == "/api/search":
        request.send_json(200, read_dashboards())
    else:
        request.send_json(404, {"message": "Not found"})


def reset_password():
    """`grafana cli admin reset-admin-password --password-from-stdin`."""
    password = sys.stdin.readline().rstrip("\n")
    database.execute("UPDATE user SET password = ? WHERE login = 'admin'", (hashlib.sha256(password.encode()).hexdigest(),))
    print("Admin password changed successfully")


if "reset-admin-password" in sys.argv:
    reset_password()
    sys.exit(0)
print(f"logger=http.server t=0 level=info msg=\"HTTP Server Listen\" stand_in=true version={VERSION}", flush=True)
serve("0.0.0.0", int(os.environ.get("GF_SERVER_HTTP_PORT", "3000")), {}, route)
