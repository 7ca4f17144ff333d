"""Stand-in for BankSight's backend: a FastAPI application that is nobody's to have but the bank's.

What is known of it: /health with its fields, the names of its metrics, its environment, the cache of answers for an hour. The rest is the
least that a question needs. FLEET_LOAD_MS: time until the model counts as loaded. The fleet's servers have no graphics card, so that
gpu_available is false but for FLEET_GPU=1.
"""

import hashlib
import json
import os
import threading
import time
import urllib.parse
import urllib.request

import fleet_redis
from standInHttp import answer_words
from standInTools import post_json, serve_all

STARTED = time.time()
LOADED_AT = STARTED + int(os.environ.get("FLEET_LOAD_MS", "300")) / 1000
GPU = os.environ.get("FLEET_GPU") == "1"
VECTORS = f"http://{os.environ['VECTOR_DB_HOST']}:{os.environ['VECTOR_DB_PORT']}/api/v2/tenants/default_tenant/databases/default_database"
REDIS = f"redis://:{urllib.parse.quote(os.environ.get('REDIS_PASSWORD', ''))}@{os.environ['REDIS_HOST']}:{os.environ['REDIS_PORT']}"
TTL_S = int(os.environ.get("CACHE_TTL_S", "3600"))
counts = {"requests": 0, "hits": 0, "seconds": 0.0}
lock = threading.Lock()


def documents():
    """The number of documents in the vector store; None where it does not answer."""
    try:
        made = post_json(f"{VECTORS}/collections", {"name": "documents", "get_or_create": True}, timeout=3)
        with urllib.request.urlopen(f"{VECTORS}/collections/{made['id']}/count", timeout=3) as answer:
            return json.load(answer)
    except OSError:
        return None


def health(request):
    checks = {
        "llm_loaded": time.time() >= LOADED_AT, "gpu_available": GPU, "gpu_memory_free": "1.6 GB" if GPU else None,
        "vector_db_count": documents(), "uptime_seconds": time.time() - STARTED,
    }
    # The word is always the same, as in the original: only the fields tell.
    request.send_json(200, {"status": "healthy", "checks": checks})


def chat(request):
    if time.time() < LOADED_AT:
        request.send_json(503, {"detail": "The model is still loading"})
        return
    body, started = request.json(), time.time()
    # By user and question: an answer about one customer is not for another.
    key = f"response:{body.get('user', '')}:{hashlib.sha256(body['query'].encode()).hexdigest()}"
    try:
        cached = fleet_redis.call(REDIS, "GET", key)
    except OSError:
        cached = None
    text = cached or "".join(answer_words(body["query"], None)[0])
    if cached is None:
        try:
            fleet_redis.call(REDIS, "SETEX", key, TTL_S, text)
        except OSError as error:
            print(f"no cache: {error}", flush=True)
    with lock:
        counts["requests"] += 1
        counts["hits"] += cached is not None
        counts["seconds"] += time.time() - started
    if body.get("stream"):
        request.start_stream("text/event-stream")
        for word in text.split(" "):
            request.chunk(f"data: {json.dumps({'text': word})}\n\n")
            time.sleep(0.05)
        request.end_stream()
    else:
        request.send_json(200, {"answer": text, "cached": cached is not None, "model": os.environ["MODEL_NAME"], "served_by": os.uname().nodename})


def metrics(request):
    text = f"""# TYPE http_requests_total counter
http_requests_total {counts['requests']}
# TYPE llm_inference_duration_seconds summary
llm_inference_duration_seconds_sum {counts['seconds']}
llm_inference_duration_seconds_count {counts['requests'] - counts['hits']}
# TYPE gpu_utilization_percent gauge
gpu_utilization_percent 0
"""
    request.send(200, text, "text/plain; version=0.0.4")


def unknown(request):
    request.send_json(404, {"detail": "Not Found"})


serve_all({
    8000: ({("GET", "/health"): health, ("POST", "/api/chat"): chat}, unknown),
    int(os.environ.get("PROMETHEUS_PORT", "9464")): ({("GET", "/metrics"): metrics}, unknown),
})
