"""Asks the agent gateway as a caller does: without a key, with one, and for an answer of the own model where there is one."""

import json
import os
import socket
import sys
import urllib.error
import urllib.request

BASE = "http://agent-gateway:3000"
MODEL = sys.argv[1]


def ask(path, key=None, body=None):
    headers = {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(BASE + path, data, headers), timeout=90) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None


key = os.environ["LITELLM_MASTER_KEY"]
status, _ = ask("/v1/models")
if status != 401:
    sys.exit(f"without a key it answers {status}, not 401")
status, models = ask("/v1/models", key)
if status != 200 or MODEL not in [model["id"] for model in models["data"]]:
    sys.exit(f"{MODEL} is not among the models (status {status})")
try:
    socket.getaddrinfo("vllm", 8000)
except OSError:
    print("the profile gpu is off: no model of our own to ask")
    sys.exit(0)
body = {"model": MODEL, "messages": [{"role": "user", "content": "Say hello"}], "max_tokens": 16}
status, answer = ask("/v1/chat/completions", key, body)
if status != 200 or not answer["choices"][0]["message"]["content"]:
    sys.exit(f"{MODEL} does not answer (status {status})")
print(f"{MODEL} answers")
