"""Documents of the MongoDB stand-in, as BSON in SQLite below /data/db, and the commands on them.

Source of commands and replies: https://www.mongodb.com/docs/manual/reference/command/
"""

import os
import sqlite3
import threading

import bson

ROOT = "/data/db"


class Store:
    """One file for all databases; a lock makes each command one step."""

    def __init__(self):
        os.makedirs(ROOT, exist_ok=True)
        self._lock = threading.Lock()
        self._file = sqlite3.connect(f"{ROOT}/standIn.sqlite", check_same_thread=False, isolation_level=None)
        self._file.execute("CREATE TABLE IF NOT EXISTS documents (place TEXT, collection TEXT, id BLOB, document BLOB, UNIQUE (place, collection, id))")

    def run(self, name, command, documents):
        """Runs a command that this knows; None for any other."""
        place = command.get("$db", "test")
        function = COMMANDS.get(name)
        if function is None:
            return None
        with self._lock:
            return {**function(self._file, place, command.get(name), command, documents), "ok": 1.0}


def matching(file, place, collection, condition):
    rows = file.execute("SELECT document FROM documents WHERE place = ? AND collection = ? ORDER BY rowid", (place, collection))
    found = [bson.decode(row[0]) for row in rows]
    return [document for document in found if all(document.get(key) == value for key, value in condition.items())]


def insert(file, place, collection, command, documents):
    for document in documents or command.get("documents", []):
        row = (place, collection, bson.encode({"_id": document["_id"]}), bson.encode(document))
        file.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)", row)
    return {"n": len(documents or command.get("documents", []))}


def cursor(place, collection, batch):
    return {"cursor": {"id": bson.int64.Int64(0), "ns": f"{place}.{collection}", "firstBatch": batch}}


def find(file, place, collection, command, _):
    found = matching(file, place, collection, command.get("filter") or {})
    limit = command.get("limit") or len(found)
    return cursor(place, collection, found[command.get("skip") or 0:][:limit])


def aggregate(file, place, collection, command, _):
    # What a driver's count_documents sends: a match and a group that counts.
    stages = {next(iter(stage)): next(iter(stage.values())) for stage in command["pipeline"]}
    found = matching(file, place, collection, stages.get("$match") or {})
    if "$group" not in stages:
        return cursor(place, collection, found)
    return cursor(place, collection, [{"_id": 1, "n": len(found)}] if found else [])


def count(file, place, collection, command, _):
    return {"n": len(matching(file, place, collection, command.get("query") or {}))}


def drop(file, place, collection, _, __):
    file.execute("DELETE FROM documents WHERE place = ? AND collection = ?", (place, collection))
    return {"ns": f"{place}.{collection}", "nIndexesWas": 1}


def list_databases(file, *_):
    names = [row[0] for row in file.execute("SELECT DISTINCT place FROM documents ORDER BY place")]
    return {"databases": [{"name": name, "sizeOnDisk": 0, "empty": False} for name in names], "totalSize": 0}


def list_collections(file, place, *_):
    names = [row[0] for row in file.execute("SELECT DISTINCT collection FROM documents WHERE place = ? ORDER BY collection", (place,))]
    return cursor(place, "$cmd.listCollections", [{"name": name, "type": "collection", "options": {}} for name in names])


COMMANDS = {
    "insert": insert, "find": find, "aggregate": aggregate, "count": count, "drop": drop,
    "listDatabases": list_databases, "listCollections": list_collections,
    "createIndexes": lambda *_: {"numIndexesBefore": 1, "numIndexesAfter": 2},
}
