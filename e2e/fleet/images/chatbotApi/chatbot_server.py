"""Stand-in for the API of the Ollama chatbot: POST /chat {message}, POST /chat/stream as server-sent events, GET /health.

OLLAMA_BASE_URL, OLLAMA_MODEL, REDIS_URL, CACHE_TTL_S. An answer is kept under `search:MESSAGE`, for CACHE_TTL_S seconds.
"""

import json
import os
import socket
import urllib.request

from fleet_redis import call as redis_call
from standInHttp import serve


def redis(*words):
    return redis_call(os.environ["REDIS_URL"], *words)


def ollama(path, body=None, timeout=120):
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.urlopen(urllib.request.Request(os.environ["OLLAMA_BASE_URL"] + path, data), timeout=timeout)


def asked(message, stream):
    return {"model": os.environ["OLLAMA_MODEL"], "messages": [{"role": "user", "content": message}], "stream": stream}


def health(request):
    found = {}
    for name, check in (("redis", lambda: redis("PING")), ("ollama", lambda: ollama("/api/version", timeout=3).read())):
        try:
            check()
            found[name] = "ok"
        except OSError as error:
            found[name] = str(error)[:200]
    well = set(found.values()) == {"ok"}
    request.send_json(200 if well else 503, {"status": "ok" if well else "error", **found})


def chat(request):
    message = request.json()["message"]
    try:
        kept = redis("GET", f"search:{message}")
        answer = kept
        if kept is None:
            with ollama("/api/chat", asked(message, False)) as response:
                answer = json.load(response)["message"]["content"]
            redis("SETEX", f"search:{message}", os.environ.get("CACHE_TTL_S", "3600"), answer)
    except (OSError, ValueError) as error:
        request.send_json(502, {"detail": str(error)[:300]})
        return
    request.send_json(200, {"answer": answer, "cached": kept is not None, "replica": socket.gethostname()})


def stream(request):
    request.start_stream("text/event-stream")
    with ollama("/api/chat", asked(request.json()["message"], True)) as response:
        for line in response:
            request.chunk(f"data: {json.dumps({'text': json.loads(line)['message']['content']})}\n\n")
    request.chunk("data: [DONE]\n\n")
    request.end_stream()


ROUTES = {("GET", "/health"): health, ("POST", "/chat"): chat, ("POST", "/chat/stream"): stream}
print("stand-in for a chatbot API listens on 8000", flush=True)
serve("0.0.0.0", 8000, ROUTES, lambda request: request.send_json(404, {"detail": "Not Found"}))
