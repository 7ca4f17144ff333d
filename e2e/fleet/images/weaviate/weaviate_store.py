"""Classes and objects of the Weaviate stand-in, in SQLite below PERSISTENCE_DATA_PATH, and backups of them below
BACKUP_FILESYSTEM_PATH."""

import json
import os
import sqlite3
import threading
import uuid


class Refused(Exception):
    """A failure that becomes an answer of status 422."""


class Store:
    """One file; a lock makes each call one step."""

    def __init__(self, folder, backups):
        os.makedirs(folder, exist_ok=True)
        self.backups = backups
        self._lock = threading.Lock()
        self._file = sqlite3.connect(f"{folder}/standIn.sqlite", check_same_thread=False, isolation_level=None)
        self._file.execute("CREATE TABLE IF NOT EXISTS classes (name TEXT PRIMARY KEY, definition TEXT)")
        self._file.execute("CREATE TABLE IF NOT EXISTS objects (id TEXT PRIMARY KEY, class TEXT, properties TEXT, vector TEXT)")

    def _all(self, sql, *values):
        with self._lock:
            return self._file.execute(sql, values).fetchall()

    def classes(self):
        return [json.loads(row[0]) for row in self._all("SELECT definition FROM classes ORDER BY name")]

    def add_class(self, definition):
        name = definition["class"]
        if any(each["class"] == name for each in self.classes()):
            raise Refused(f"class name {name} already exists")
        self._all("INSERT INTO classes VALUES (?, ?)", name, json.dumps(definition))

    def drop_class(self, name):
        self._all("DELETE FROM objects WHERE class = ?", name)
        self._all("DELETE FROM classes WHERE name = ?", name)

    def add_object(self, value):
        identity = value.get("id") or str(uuid.uuid4())
        if not any(each["class"] == value["class"] for each in self.classes()):
            self.add_class({"class": value["class"], "vectorizer": "none"})
        row = (identity, value["class"], json.dumps(value.get("properties") or {}), json.dumps(value.get("vector") or []))
        self._all("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)", *row)
        return {**value, "id": identity}

    def objects(self, name):
        rows = self._all("SELECT id, properties, vector FROM objects WHERE class = ? ORDER BY rowid", name)
        return [{"class": name, "id": row[0], "properties": json.loads(row[1]), "vector": json.loads(row[2])} for row in rows]

    def nearest(self, name, vector, limit):
        """Objects by cosine distance, the nearest first."""
        def distance(other):
            length = sum(a * a for a in vector) ** 0.5 * sum(b * b for b in other) ** 0.5
            return 1 - sum(a * b for a, b in zip(vector, other)) / length if length else 1
        found = [{**each, "distance": distance(each["vector"])} for each in self.objects(name)]
        return sorted(found, key=lambda each: each["distance"])[:limit]

    def _place(self, identity):
        return os.path.join(self.backups, os.path.basename(identity), "standIn.json")

    def save(self, identity):
        """Writes a backup and returns the names of its classes."""
        place = self._place(identity)
        if os.path.exists(place):
            raise Refused(f"backup {identity} already exists")
        os.makedirs(os.path.dirname(place))
        names = [each["class"] for each in self.classes()]
        with open(place, "w") as file:
            json.dump({"classes": self.classes(), "objects": [each for name in names for each in self.objects(name)]}, file)
        return names

    def restore(self, identity):
        """Brings a backup back; a class that is there is refused, as by the real server."""
        try:
            with open(self._place(identity)) as file:
                kept = json.load(file)
        except FileNotFoundError:
            raise Refused(f"backup {identity} does not exist") from None
        there = {each["class"] for each in self.classes()}
        for each in kept["classes"]:
            if each["class"] in there:
                raise Refused(f"cannot restore class {each['class']!r} because it already exists")
        for each in kept["classes"]:
            self.add_class(each)
        for each in kept["objects"]:
            self.add_object(each)
        return [each["class"] for each in kept["classes"]]
