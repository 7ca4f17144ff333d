"""Users, projects, their schemas and queries of the backend stand-in; kept in PostgreSQL, so that they outlive a restart.

POST|GET /api/users, POST|GET /api/projects, POST|GET /api/projects/ID/schema, DELETE of each by id; POST /api/query {question, projectId?}.
"""

import re

import backend_stores as stores


def rows(statement, values=()):
    """Runs one statement in a transaction of its own and returns what it gives back."""
    connection = stores.postgres()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def users(request):
    if request.method == "GET":
        found = rows("SELECT id, email FROM app_user WHERE %s IN ('', email) ORDER BY id", (request.query.get("email", ""),))
        return 200, [{"id": row[0], "email": row[1]} for row in found]
    email = request.json()["email"]
    return 201, {"id": rows("INSERT INTO app_user (email) VALUES (%s) RETURNING id", (email,))[0][0], "email": email}


def projects(request):
    if request.method == "GET":
        return 200, [{"id": row[0], "name": row[1]} for row in rows("SELECT id, name FROM project ORDER BY id")]
    name = request.json()["name"]
    return 201, {"id": rows("INSERT INTO project (name) VALUES (%s) RETURNING id", (name,))[0][0], "name": name}


def schema(request, project):
    if request.method == "POST":
        text = request.body.decode()
        rows("UPDATE project SET definition = %s WHERE id = %s", (text, project))
    found = rows("SELECT definition FROM project WHERE id = %s AND definition IS NOT NULL", (project,))
    tables = re.findall(r"create table (?:if not exists )?(\w+)", found[0][0], re.IGNORECASE) if found else []
    return (201 if request.method == "POST" else 200), {"projectId": project, "tables": tables}


def query(request, model):
    body = request.json()
    question = f"Write one SQL statement for: {body['question']}"
    address, name = model("coder")
    answer = stores.ask(f"{address}/chat/completions", {"model": name, "messages": [{"role": "user", "content": question}]})
    # The model of the fleet writes no SQL; that it was asked is what counts.
    return 200, {"sql": "SELECT count(*) FROM customer", "model": answer["choices"][0]["message"]["content"]}


def respond(request, model):
    """Status and value for what is asked of a record; None where it is none."""
    if request.path == "/api/query" and request.method == "POST":
        return query(request, model)
    matched = re.fullmatch(r"/api/(users|projects)(?:/([0-9]+)(/schema)?)?", request.path)
    if matched is None:
        return None
    kind, number, part = matched.groups()
    if number is None:
        return {"users": users, "projects": projects}[kind](request) if request.method in ("GET", "POST") else None
    if part:
        return schema(request, int(number))
    if request.method == "DELETE":
        table = "app_user" if kind == "users" else "project"
        gone = rows(f"DELETE FROM {table} WHERE id = %s RETURNING id", (int(number),))
        return (200 if gone else 404), {"deleted": len(gone)}
    return None
