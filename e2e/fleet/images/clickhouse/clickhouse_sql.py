"""ClickHouse's SQL on SQLite, as far as a telemetry database needs it.

Databases are SQLite files attached by name, so `tensorzero.ChatInference` means the same in both. What ClickHouse writes
differently is translated; what SQLite cannot do ends in ClickHouse's own error form.
"""

import glob
import json
import os
import re
import shutil
import sqlite3
import threading
import time
import uuid
import zipfile

DATA = os.environ.get("CLICKHOUSE_DATA", "/var/lib/clickhouse")
VERSION = "25.8.2.29"
SETTING = re.compile(r"\s+SETTINGS\s+\w+\s*=.*$", re.I | re.S)


class SqlError(Exception):
    """An error as ClickHouse reports it: a number, a name and a text."""

    def __init__(self, code, name, text):
        super().__init__(f"Code: {code}. DB::Exception: {text}. ({name}) (version {VERSION} (official build))\n")
        self.code = code


def database_file(name):
    return os.path.join(DATA, "stand-in", f"{name}.sqlite")


def database_names():
    folder = os.path.join(DATA, "stand-in")
    return sorted(file[: -len(".sqlite")] for file in os.listdir(folder) if file.endswith(".sqlite"))


class Database:
    """All databases behind one lock: one statement at a time is enough for tests and keeps SQLite simple."""

    def __init__(self):
        os.makedirs(os.path.join(DATA, "stand-in"), exist_ok=True)
        self._lock = threading.Lock()
        self._connection = self._open()
        for name in {"default", os.environ.get("CLICKHOUSE_DB") or "default", *database_names()}:
            self._attach(name)

    def _open(self):
        connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        connection.create_function("version", 0, lambda: VERSION)
        connection.create_function("now", 0, lambda: time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()))
        connection.create_function("toDate", 1, lambda value: str(value)[:10])
        connection.create_function("generateUUIDv4", 0, lambda: str(uuid.uuid4()))
        return connection

    def _attach(self, name):
        self._connection.execute(f"ATTACH DATABASE ? AS `{name}`", (database_file(name),))
        self._connection.execute(f"PRAGMA `{name}`.synchronous = FULL")

    def run(self, sql, data, current):
        """Runs one statement in database `current`; returns (column names, rows, format or None)."""
        statement = sql.strip().rstrip(";").strip()
        statement = SETTING.sub("", statement)
        with self._lock:
            try:
                return self._dispatch(statement, data, current)
            except sqlite3.Error as error:
                raise translate_error(error) from error

    def _dispatch(self, statement, data, current):
        if not statement:
            raise SqlError(62, "SYNTAX_ERROR", "Syntax error: failed at position 1 (end of query)")
        word = statement.split(None, 1)[0].upper()
        if word == "INSERT":
            return self._insert(statement, data, current)
        if word in ("CREATE", "DROP"):
            return self._define(statement, current)
        if word == "BACKUP":
            return self._backup(statement)
        if word == "RESTORE":
            return self._restore(statement)
        if word == "SHOW":
            return self._show(statement, current)
        statement, form = split_format(statement)
        return (*self._select(statement, current), form)

    def _select(self, statement, current):
        cursor = self._connection.execute(qualify(to_sqlite(statement), current))
        names = [column[0].replace("count(*)", "count()") for column in cursor.description or []]
        return names, cursor.fetchall()

    def _insert(self, statement, data, current):
        match = re.match(r"INSERT\s+INTO\s+(?:TABLE\s+)?(\S+?)\s*(\([^)]*\))?\s+FORMAT\s+JSONEachRow\b(.*)$", statement, re.I | re.S)
        if not match:
            self._connection.execute(qualify(statement, current))
            return [], [], None
        table = qualified_name(match.group(1), current)
        for line in (match.group(3) + "\n" + data).splitlines():
            if line.strip():
                row = json.loads(line)
                values = [json.dumps(value) if isinstance(value, (dict, list)) else value for value in row.values()]
                names = ", ".join(f"`{name}`" for name in row)
                marks = ", ".join("?" for _ in row)
                self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
        return [], [], None

    def _define(self, statement, current):
        match = re.match(r"(CREATE|DROP)\s+DATABASE\s+(IF\s+(?:NOT\s+)?EXISTS\s+)?`?(\w+)`?", statement, re.I)
        if not match:
            self._connection.execute(qualify(plain_table(statement), current))
            return [], [], None
        action, condition, name = match.group(1).upper(), match.group(2), match.group(3)
        exists = name in database_names()
        if action == "CREATE" and not exists:
            self._attach(name)
            self._connection.execute(f"CREATE TABLE `{name}`.`.created` (at TEXT)")
        elif action == "DROP" and exists:
            self._connection.execute(f"DETACH DATABASE `{name}`")
            os.remove(database_file(name))
        elif not condition:
            raise missing_database(name) if action == "DROP" else SqlError(82, "DATABASE_ALREADY_EXISTS", f"Database {name} already exists")
        return [], [], None

    def _show(self, statement, current):
        statement, form = split_format(statement)
        if re.match(r"SHOW\s+DATABASES", statement, re.I):
            return ["name"], [(name,) for name in database_names()], form
        match = re.match(r"SHOW\s+TABLES(?:\s+(?:FROM|IN)\s+`?(\w+)`?)?", statement, re.I)
        if not match:
            raise SqlError(62, "SYNTAX_ERROR", f"Syntax error: failed at position 6: {statement[5:]}")
        name = match.group(1) or current
        if name not in database_names():
            raise missing_database(name)
        sql = f"SELECT name FROM `{name}`.sqlite_master WHERE type = 'table' AND name NOT LIKE '.%' ORDER BY name"
        return ["name"], self._connection.execute(sql).fetchall(), form

    def _backup(self, statement):
        check_backup_engine(statement)
        match = re.match(r"BACKUP\s+DATABASE\s+`?(\w+)`?\s+TO\s+\w+\((?:'\w+',\s*)?'([^']+)'\)", statement, re.I)
        if not match:
            raise SqlError(62, "SYNTAX_ERROR", "Syntax error: the stand-in knows BACKUP DATABASE name TO File('file') only")
        if match.group(1) not in database_names():
            raise missing_database(match.group(1))
        target = backup_file(match.group(2))
        if os.path.exists(target):
            raise SqlError(598, "BACKUP_ALREADY_EXISTS", f"Backup {match.group(2)} already exists")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        copy = target + ".sqlite"
        self._connection.execute(f"VACUUM `{match.group(1)}` INTO ?", (copy,))
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(copy, "database.sqlite")
        os.remove(copy)
        return ["id", "status"], [(str(uuid.uuid4()), "BACKUP_CREATED")], None

    def _restore(self, statement):
        check_backup_engine(statement)
        pattern = r"RESTORE\s+DATABASE\s+`?(\w+)`?(?:\s+AS\s+`?(\w+)`?)?\s+FROM\s+\w+\((?:'\w+',\s*)?'([^']+)'\)"
        match = re.match(pattern, statement, re.I)
        if not match or not os.path.exists(backup_file(match.group(3))):
            raise SqlError(599, "BACKUP_NOT_FOUND", f"Backup {match.group(3) if match else ''} not found")
        name = match.group(2) or match.group(1)
        if name in database_names():
            raise SqlError(608, "CANNOT_RESTORE_DATABASE", f"Database {name} already contains tables")
        with zipfile.ZipFile(backup_file(match.group(3))) as archive:
            with archive.open("database.sqlite") as source, open(database_file(name), "wb") as target:
                shutil.copyfileobj(source, target)
        self._attach(name)
        return ["id", "status"], [(str(uuid.uuid4()), "RESTORED")], None


def plain_table(statement):
    """CREATE TABLE without what SQLite has no counterpart for: engine, order, lifetime, types with arguments."""
    without_engine = re.sub(r"\)\s*ENGINE\s*=?.*$", ")", statement, flags=re.I | re.S)
    match = re.match(r"(CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?\S+)\s*\((.*)\)\s*$", without_engine, re.I | re.S)
    if not match:
        return without_engine
    columns = []
    for piece in split_outside_brackets(match.group(2)):
        words = piece.split()
        if words and words[0].upper() not in ("PRIMARY", "INDEX", "CONSTRAINT", "PROJECTION"):
            default = " DEFAULT CURRENT_TIMESTAMP" if re.search(r"DEFAULT\s+now", piece, re.I) else ""
            kind = "INTEGER" if re.search(r"\bU?Int\d+", piece) else "REAL" if "Float" in piece else "TEXT"
            columns.append(f"{words[0]} {kind}{default}")
    return f"{match.group(1)} ({', '.join(columns)})"


def split_outside_brackets(text):
    """Splits at commas that are not inside brackets."""
    pieces, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            pieces.append(text[start:index])
            start = index + 1
    return [*pieces, text[start:]]


def check_backup_engine(statement):
    """File() works with the configuration as shipped; Disk() needs a disk allowed in config.d, as in the real server."""
    if not re.search(r"\bDisk\(", statement):
        return
    for file in glob.glob("/etc/clickhouse-server/config.d/*.xml"):
        with open(file) as source:
            if "<allowed_disk>" in source.read():
                return
    text = "The 'backups.allowed_disk' configuration parameter is not set, cannot use 'Disk' backup engine"
    raise SqlError(318, "INVALID_CONFIG_PARAMETER", text)


def backup_file(name):
    return os.path.join(DATA, "backups", os.path.basename(name))


def split_format(statement):
    """A query without its FORMAT clause, and the clause's name."""
    match = re.search(r"\s+FORMAT\s+(\w+)\s*$", statement, re.I)
    return (statement[: match.start()], match.group(1)) if match else (statement, None)


def to_sqlite(sql):
    sql = re.sub(r"\bcount\(\)", "count(*)", sql, flags=re.I)
    return re.sub(r"\bsumOrNull\(", "sum(", sql, flags=re.I)


def qualified_name(name, current):
    return quote_default(name) if "." in name else f"`{current}`.{name}"


def quote_default(sql):
    """The name of ClickHouse's first database is a word of SQLite's grammar."""
    return re.sub(r"\bdefault\.", "`default`.", sql)


def qualify(sql, current):
    """Puts the current database before table names that have none. After FROM and JOIN a bracket makes it a function."""
    created = r"(\b(?:INTO|UPDATE|TABLE(?:\s+IF\s+(?:NOT\s+)?EXISTS)?)\s+)(`?\w+`?)(?![\w`.])"
    read = r"(\b(?:FROM|JOIN)\s+)(`?\w+`?)(?![\w`.(])"
    for pattern in (created, read):
        sql = re.sub(pattern, lambda match: f"{match.group(1)}`{current}`.{match.group(2)}", sql, flags=re.I)
    return quote_default(sql)


def missing_database(name):
    return SqlError(81, "UNKNOWN_DATABASE", f"Database {name} does not exist")


def translate_error(error):
    text = str(error)
    missing = re.search(r"no such table: (\S+)", text)
    if missing:
        return SqlError(60, "UNKNOWN_TABLE", f"Unknown table expression identifier '{missing.group(1)}'")
    if "unknown database" in text:
        return missing_database(text.split()[-1])
    if "no such column" in text:
        return SqlError(47, "UNKNOWN_IDENTIFIER", f"Unknown expression identifier `{text.split(': ')[-1]}`")
    if "already exists" in text:
        return SqlError(57, "TABLE_ALREADY_EXISTS", text)
    return SqlError(62, "SYNTAX_ERROR", f"Syntax error: {text}")
