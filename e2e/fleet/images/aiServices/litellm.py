"""Stand-in for the LiteLLM proxy: keys, models, chats, readiness. Its database is the real one, through the real pool.

Routes as of https://docs.litellm.ai/docs/proxy/health and .../virtual_keys. Of its YAML it reads the list of models.
"""

import argparse
import hashlib
import os
import re
import secrets
import threading
import time
import urllib.parse

import psycopg2

import fleet_redis
from standInHttp import serve
from standInTools import pass_on, post_json

MASTER = os.environ.get("LITELLM_MASTER_KEY", "")
VERSION = "1.84.1"


def read_models(path):
    """Models of a configuration: name → (address, name there)."""
    models, name = {}, None
    with open(path) as file:
        for line in file:
            match = re.match(r"\s*-?\s*(model_name|model|api_base):\s*['\"]?([^'\"\s]+)", line)
            if match and match[1] == "model_name":
                name = match[2]
                models[name] = [None, name]
            elif match and name and match[1] == "api_base":
                models[name][0] = match[2].removesuffix("/v1")
            elif match and name and match[1] == "model":
                models[name][1] = match[2].partition("/")[2]
    return models


def database():
    return psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=3)


def query(sql, values=()):
    """Runs one statement in a transaction of its own, as the pool wants it, and returns its rows."""
    connection = database()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def hashed(key):
    return hashlib.sha256(key.encode()).hexdigest()


def refused(request):
    """Answers 401 unless the request has the master key or one that was made; returns whether it did."""
    key = (request.headers.get("authorization") or "").removeprefix("Bearer ")
    if key == "":
        message = "Authentication Error, No api key passed in."
    elif key == MASTER or query('SELECT 1 FROM "LiteLLM_VerificationToken" WHERE token = %s', (hashed(key),)):
        return False
    else:
        message = "Authentication Error, Invalid proxy server token passed."
    request.send_json(401, {"error": {"message": message, "type": "auth_error", "param": "None", "code": "401"}})
    return True


def alive(request):
    request.send_json(200, "I'm alive!")


def ready(request):
    body = {"status": "healthy", "db": "connected", "cache": "redis", "litellm_version": VERSION, "success_callbacks": []}
    try:
        query("SELECT 1")
        password = urllib.parse.quote(os.environ.get("REDIS_PASSWORD", ""))
        fleet_redis.call(f"redis://:{password}@{os.environ.get('REDIS_HOST', 'redis')}:{os.environ.get('REDIS_PORT', '6379')}", "PING")
    except (psycopg2.Error, OSError) as error:
        request.send_json(503, {"detail": f"Service Unhealthy ({error})"})
        return
    request.send_json(200, body)


def list_models(request):
    if not refused(request):
        data = [{"id": name, "object": "model", "created": 1677610602, "owned_by": "openai"} for name in MODELS]
        request.send_json(200, {"data": data, "object": "list"})


def make_key(request):
    if refused(request):
        return
    key = "sk-" + secrets.token_urlsafe(16)
    query('INSERT INTO "LiteLLM_VerificationToken" (token, key_alias) VALUES (%s, %s)', (hashed(key), request.json().get("key_alias")))
    request.send_json(200, {"key": key, "token": hashed(key)})


def chat(request):
    if refused(request):
        return
    body = request.json()
    base, _ = MODELS.get(body.get("model"), (None, None))
    if base is None:
        text = f"litellm.BadRequestError: Invalid model name passed in model={body.get('model')}"
        request.send_json(400, {"error": {"message": text, "type": "invalid_request_error", "param": "model", "code": "400"}})
        return
    started = time.time()
    try:
        status = pass_on(request, base, {"Content-Type": "application/json"})
    except OSError as error:
        request.send_json(500, {"error": {"message": f"litellm.InternalServerError: {error}", "type": "None", "param": "None", "code": "500"}})
        return
    try:
        query('INSERT INTO "LiteLLM_SpendLogs" (request_id, model, status) VALUES (%s, %s, %s)', (secrets.token_hex(8), body["model"], str(status)))
    except psycopg2.Error as error:
        # The answer is the caller's; a lost row is only logged, as in the real proxy.
        print(f"LiteLLM: no spend log: {error}", flush=True)
    if os.environ.get("OTEL_ENDPOINT"):
        threading.Thread(target=trace, args=(started, body["model"])).start()


def trace(started, model):
    span = {
        "traceId": secrets.token_hex(16), "spanId": secrets.token_hex(8), "name": "litellm_request", "kind": 1,
        "startTimeUnixNano": str(int(started * 1e9)), "endTimeUnixNano": str(int(time.time() * 1e9)),
        "attributes": [{"key": "gen_ai.request.model", "value": {"stringValue": model}}],
    }
    service = {"key": "service.name", "value": {"stringValue": os.environ.get("OTEL_SERVICE_NAME", "litellm")}}
    try:
        post_json(os.environ["OTEL_ENDPOINT"], {"resourceSpans": [{"resource": {"attributes": [service]}, "scopeSpans": [{"spans": [span]}]}]})
    except OSError as error:
        print(f"no trace: {error}", flush=True)


def unknown(request):
    request.send_json(404, {"detail": "Not Found"})


parser = argparse.ArgumentParser()
parser.add_argument("--config", required=True)
parser.add_argument("--port", type=int, default=4000)
options, _ = parser.parse_known_args()
MODELS = read_models(options.config)
ROUTES = {
    ("GET", "/health/liveliness"): alive, ("GET", "/health/liveness"): alive, ("GET", "/health/readiness"): ready,
    ("GET", "/v1/models"): list_models, ("GET", "/models"): list_models, ("POST", "/key/generate"): make_key,
    ("POST", "/v1/chat/completions"): chat, ("POST", "/chat/completions"): chat,
}
serve("0.0.0.0", options.port, ROUTES, unknown)
