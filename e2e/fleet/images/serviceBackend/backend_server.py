"""Stand-in for the backend of the AI service platform: health, documents with vectors, chat whole and streamed, metrics.

POST /api/documents {title, text}; POST /api/chat {message, kind?, stream?}, kind one of chat, coder, analytics. Users, projects and queries: see backend_records.
"""

import json
import os
import sys
import time
import urllib.request

import backend_records as records
import backend_stores as stores
import psycopg2
import pymongo
from standInHttp import serve

counted = {"chats": 0, "cached": 0}


def model(kind):
    """Where a model is asked and how it is called."""
    return os.environ[f"{kind.upper()}_BASE_URL"], os.environ[f"{kind.upper()}_MODEL"]


def health(request):
    found = stores.health()
    well = all(value == "ok" for value in found.values())
    request.send_json(200 if well else 503, {"status": "ok" if well else "error", **found})


def add_document(request):
    body = request.json()
    request.send_json(201, {"id": stores.add_document(body["title"], body["text"])})


def chat(request):
    body = request.json()
    message, kind = body["message"], body.get("kind", "chat")
    address, name = model(kind)
    stores.log(kind, message)
    counted["chats"] += 1
    asked = {"model": name, "messages": [{"role": "user", "content": message}]}
    if body.get("stream"):
        stream(request, f"{address}/chat/completions", {**asked, "stream": True})
        return
    key = f"chat:{kind}:{message}"
    answer = stores.redis("GET", key)
    counted["cached"] += answer is not None
    if answer is None:
        answer = stores.ask(f"{address}/chat/completions", asked)["choices"][0]["message"]["content"]
        stores.redis("SETEX", key, 60, answer)
    request.send_json(200, {"answer": answer, "source": stores.nearest(message)})


def stream(request, url, body):
    """Passes the model's events on as they come."""
    call = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(call, timeout=60) as response:
        request.start_stream("text/event-stream")
        for line in response:
            request.chunk(line.decode())
        request.end_stream()


def metrics(request):
    lines = [f"# TYPE backend_{name}_total counter\nbackend_{name}_total {value}" for name, value in counted.items()]
    request.send(200, "\n".join(lines) + "\n", "text/plain; version=0.0.4")


def failing(handler):
    """A store that fails makes an answer of status 502."""

    def run(request):
        try:
            handler(request)
        except (OSError, KeyError, ValueError, psycopg2.Error, pymongo.errors.PyMongoError) as error:
            request.send_json(502, {"statusCode": 502, "message": str(error).strip()[:300]})

    return run


ROUTES = {
    ("GET", "/health"): health,
    ("GET", "/api/health"): health,
    ("GET", "/metrics"): metrics,
    ("POST", "/api/documents"): failing(add_document),
    ("POST", "/api/chat"): failing(chat),
}


def other(request):
    answer = records.respond(request, model)
    request.send_json(*(answer or (404, {"statusCode": 404, "message": "Not Found"})))


if "--migrate" in sys.argv:
    print(f"{stores.migrate()} migrations applied", flush=True)
else:
    print(time.strftime("%H:%M:%S"), "stand-in for a backend listens on", os.environ.get("PORT", "3001"), flush=True)
    serve("0.0.0.0", int(os.environ.get("PORT", "3001")), ROUTES, failing(other))
