"""Stand-in for Chroma 1: collections of documents with vectors, in SQLite below the path of its configuration.

API as of https://docs.trychroma.com/reference/api: the routes of version 2 that a client of one tenant and one database uses.
"""

import argparse
import json
import math
import os
import re
import sqlite3
import sys
import threading
import time
import uuid

from standInTools import below_init, serve_all

BASE = "/api/v2/tenants/default_tenant/databases/default_database"
lock = threading.Lock()


def setting(text, name, fallback):
    match = re.search(rf"^{name}:\s*['\"]?([^'\"\s]+)", text, re.M)
    return match[1] if match else fallback


def rows(sql, *values):
    with lock, database:
        return database.execute(sql, values).fetchall()


def beat(request):
    request.send_json(200, {"nanosecond heartbeat": time.time_ns()})


def count_collections(request):
    request.send_json(200, rows("SELECT count(*) FROM collections")[0][0])


def collections(request):
    found = rows("SELECT id, name FROM collections ORDER BY name")
    request.send_json(200, [{"id": key, "name": name, "tenant": "default_tenant", "database": "default_database"} for key, name in found])


def make_collection(request):
    body = request.json()
    found = rows("SELECT id FROM collections WHERE name = ?", body["name"])
    if found and not body.get("get_or_create"):
        request.send_json(409, {"error": "ChromaError", "message": f"Collection [{body['name']}] already exists"})
        return
    key = found[0][0] if found else str(uuid.uuid4())
    if not found:
        rows("INSERT INTO collections VALUES (?, ?)", key, body["name"])
    request.send_json(200, {"id": key, "name": body["name"], "tenant": "default_tenant", "database": "default_database"})


def distance(left, right):
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(left, right)))


def others(request):
    match = re.fullmatch(rf"{BASE}/collections/([0-9a-f-]{{36}})/(add|upsert|count|query)", request.path)
    if not match or not rows("SELECT 1 FROM collections WHERE id = ?", match[1]):
        request.send_json(404, {"error": "NotFoundError", "message": "The requested resource could not be found"})
        return
    key, what = match[1], match[2]
    if what == "count":
        request.send_json(200, rows("SELECT count(*) FROM records WHERE collection = ?", key)[0][0])
        return
    body = request.json()
    if what == "query":
        found = rows("SELECT id, vector, document FROM records WHERE collection = ?", key)
        near = [sorted((distance(wanted, json.loads(vector)), at, text) for at, vector, text in found)[: body.get("n_results", 10)] for wanted in body["query_embeddings"]]
        request.send_json(200, {"ids": [[at for _, at, _ in each] for each in near], "documents": [[text for _, _, text in each] for each in near], "distances": [[far for far, _, _ in each] for each in near]})
        return
    for at, vector, text in zip(body["ids"], body["embeddings"], body.get("documents") or [None] * len(body["ids"])):
        rows("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", key, at, json.dumps(vector), text)
    request.send_json(201 if what == "add" else 200, {})


parser = argparse.ArgumentParser()
parser.add_argument("verb", choices=["run"])
parser.add_argument("config")
with open(parser.parse_args().config) as source:
    TEXT = source.read()
below_init()
PLACE = setting(TEXT, "persist_path", "./chroma")
os.makedirs(PLACE, exist_ok=True)
database = sqlite3.connect(os.path.join(PLACE, "chroma.sqlite3"), check_same_thread=False)
rows("CREATE TABLE IF NOT EXISTS collections (id TEXT PRIMARY KEY, name TEXT UNIQUE)")
rows("CREATE TABLE IF NOT EXISTS records (collection TEXT, id TEXT, vector TEXT, document TEXT, PRIMARY KEY (collection, id))")
print(f"Saving data to: {PLACE}\nConnect to Chroma at: http://localhost:{setting(TEXT, 'port', '8000')}", flush=True)
ROUTES = {
    ("GET", "/api/v2/heartbeat"): beat, ("GET", "/api/v2/version"): lambda request: request.send_json(200, "1.0.0"),
    ("GET", f"{BASE}/collections_count"): count_collections, ("GET", f"{BASE}/collections"): collections, ("POST", f"{BASE}/collections"): make_collection,
}
serve_all({int(setting(TEXT, "port", "8000")): (ROUTES, others)})
sys.exit(0)
