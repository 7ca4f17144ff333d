"""The stores and model services of the backend stand-in, each with a call that really uses it."""

import json
import os
import urllib.request

import psycopg2
import pymongo
from fleet_redis import call as redis_call

MIGRATIONS = [
    "CREATE TABLE project (id serial PRIMARY KEY, name text NOT NULL)",
    "CREATE TABLE document (id serial PRIMARY KEY, project integer REFERENCES project, title text NOT NULL, object text NOT NULL)",
    "CREATE TABLE app_user (id serial PRIMARY KEY, email text NOT NULL UNIQUE)",
    "ALTER TABLE project ADD COLUMN definition text",
]


def ask(url, body=None, timeout=30):
    """JSON of an HTTP service; raises OSError or ValueError."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=timeout) as response:
        return json.loads(response.read() or b"null")


def postgres():
    return psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=3)


def mongo():
    return pymongo.MongoClient(os.environ["MONGODB_URL"], serverSelectionTimeoutMS=3000)


def redis(*words):
    return redis_call(os.environ["REDIS_URL"], *words)


def migrate():
    """Applies what is missing and returns how many steps that was."""
    connection = postgres()
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS migration (id integer PRIMARY KEY, at timestamptz DEFAULT now())")
        done = applied(cursor)
        for index, step in enumerate(MIGRATIONS[done:], done + 1):
            cursor.execute(step)
            cursor.execute("INSERT INTO migration (id) VALUES (%s)", (index,))
    connection.close()
    return len(MIGRATIONS) - done


def applied(cursor):
    cursor.execute("SELECT count(*) FROM migration")
    return cursor.fetchone()[0]


def check_postgres():
    connection = postgres()
    try:
        with connection.cursor() as cursor:
            if applied(cursor) != len(MIGRATIONS):
                raise OSError("migrations are missing")
    finally:
        connection.close()


def check_mongodb():
    with mongo() as client:
        client.ai_service.command("ping")
        client.ai_service.list_collection_names()


CHECKS = {
    "postgres": check_postgres,
    "mongodb": check_mongodb,
    "redis": lambda: redis("PING"),
    "weaviate": lambda: ask(f"{os.environ['WEAVIATE_URL']}/v1/meta", timeout=3),
    "embeddings": lambda: ask(f"{os.environ['EMBEDDINGS_URL']}/info", timeout=3),
}


def health():
    """What each store says: `ok`, or why not."""
    found = {}
    for name, check in CHECKS.items():
        try:
            check()
            found[name] = "ok"
        except (OSError, ValueError, psycopg2.Error, pymongo.errors.PyMongoError) as error:
            found[name] = str(error).strip()[:200]
    return found


def embed(text):
    return ask(f"{os.environ['EMBEDDINGS_URL']}/embed", {"inputs": text})[0]


def add_document(title, text):
    """Metadata into PostgreSQL, the vector into Weaviate."""
    value = {"class": "Document", "properties": {"title": title, "text": text}, "vector": embed(text)}
    found = ask(f"{os.environ['WEAVIATE_URL']}/v1/objects", value)
    connection = postgres()
    with connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO document (title, object) VALUES (%s, %s) RETURNING id", (title, found["id"]))
        identity = cursor.fetchone()[0]
    connection.close()
    return identity


def nearest(text):
    """Title of the document that is nearest to a text; None where there is none."""
    query = "{Get{Document(nearVector:{vector:%s} limit:1){title}}}" % json.dumps(embed(text))
    found = ask(f"{os.environ['WEAVIATE_URL']}/v1/graphql", {"query": query})["data"]["Get"]["Document"]
    return found[0]["title"] if found else None


def log(kind, question):
    with mongo() as client:
        client.ai_service.calls.insert_one({"kind": kind, "question": question})
