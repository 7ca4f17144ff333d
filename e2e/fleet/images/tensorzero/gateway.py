"""Stand-in for the TensorZero gateway: forwards chat requests to the configured model server and records them.

Routes, models' names and answers follow https://github.com/tensorzero/tensorzero/tree/main/docs/gateway/api-reference;
like the real one it has no /v1/chat/completions: the OpenAI route is /openai/v1/chat/completions.
"""

import argparse
import hashlib
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request

from gateway_config import Config, ConfigError
from gateway_store import Store, StoreError, uuid7
from standInHttp import serve

VERSION = os.environ.get("FLEET_GATEWAY_VERSION", "2025.10.0")
HEALTHY = os.environ.get("FLEET_GATEWAY_HEALTHY", "1") == "1"
PASSED_ON = ("temperature", "max_tokens", "top_p", "seed", "presence_penalty", "frequency_penalty", "stop")

counts = {}
counts_lock = threading.Lock()


class GatewayError(Exception):
    """An error answer: status and the text that goes under `error`."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def log(level, text):
    print(time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime()), f"{level:>5} gateway: {text}", flush=True)


def fail(text):
    log("ERROR", text)
    sys.exit(1)


def find_targets(name, variant):
    prefix, _, rest = (name or "").removeprefix("tensorzero::").partition("::")
    if prefix == "function_name":
        targets = config.targets_of_function(rest, variant)
        if targets is None:
            raise GatewayError(404, f"Unknown function: {rest}")
        return targets
    if prefix == "model_name":
        targets = config.targets_of_model(rest)
        if targets is None:
            raise GatewayError(400, f"Model name '{rest}' not found in model table")
        return targets
    text = "`model` field must start with `tensorzero::function_name::` or `tensorzero::model_name::`. For example, "
    raise GatewayError(400, f"Invalid request to OpenAI-compatible endpoint: {text}`tensorzero::function_name::my_function` for a function `my_function` defined in your config.")


def open_provider(target, request):
    headers = {"Content-Type": "application/json"}
    if target.api_key:
        headers["Authorization"] = f"Bearer {target.api_key}"
    call = urllib.request.Request(f"{target.api_base}/chat/completions", json.dumps(request).encode(), headers)
    return urllib.request.urlopen(call, timeout=300)


def begin_call(body, targets, messages):
    """Asks the providers in order until one answers; raises GatewayError with all their failures."""
    failures = []
    for target in targets:
        parameters = {**target.parameters, **{key: body[key] for key in PASSED_ON if body.get(key) is not None}}
        request = {"model": target.model_name, "messages": messages, **parameters, "stream": bool(body.get("stream"))}
        if request["stream"]:
            request["stream_options"] = {"include_usage": True}
        try:
            response = open_provider(target, request)
        except urllib.error.HTTPError as error:
            failures.append(f"{target.provider}: Error from {target.provider} server: {error.read().decode()}")
        except OSError as error:
            failures.append(f"{target.provider}: Error sending request: {error}")
        else:
            return {"target": target, "request": request, "parameters": parameters, "response": response}
    raise GatewayError(502, f"All variants failed with errors: {'; '.join(failures)}")


def finish(call, body, messages, started, text, raw, usage, ttft_ms):
    took_ms = int((time.monotonic() - started) * 1000)
    call.update(text=text, raw=raw, usage=usage, ttft_ms=ttft_ms, took_ms=took_ms, messages=messages)
    call["tags"] = body.get("tensorzero::tags") or body.get("tags") or {}
    with counts_lock:
        counts[call["target"].function] = counts.get(call["target"].function, 0) + 1
    if store and not (body.get("tensorzero::dryrun") or body.get("dryrun")):
        try:
            store.record(call)
        except StoreError as error:
            # The answer is the caller's; a lost row is only logged, as in the real gateway.
            log("ERROR", f"Failed to write to ClickHouse: {error}")


def run_call(body, name, variant, messages):
    started = time.monotonic()
    if not HEALTHY:
        raise GatewayError(500, "Internal server error")
    if not isinstance(messages, list):
        raise GatewayError(400, "Failed to parse the request body as JSON: missing field `messages`")
    call = begin_call(body, find_targets(name, variant), messages)
    call["id"] = uuid7()
    call["episode_id"] = body.get("tensorzero::episode_id") or body.get("episode_id") or uuid7()
    return call, started


def model_label(target):
    kind = "model_name" if target.function == "tensorzero::default" else "function_name"
    if kind == "model_name":
        return f"tensorzero::model_name::{target.model}"
    return f"tensorzero::function_name::{target.function}::variant_name::{target.variant}"


def openai_chat(request):
    body = read_body(request)
    messages = body.get("messages")
    call, started = run_call(body, body.get("model"), body.get("tensorzero::variant_name"), messages)
    head = {"id": call["id"], "episode_id": call["episode_id"]}
    tail = {"created": int(time.time()), "model": model_label(call["target"]), "system_fingerprint": "", "service_tier": None}
    if body.get("stream"):
        include = (body.get("stream_options") or {}).get("include_usage")
        stream_chat(request, call, body, messages, started, head, tail, include)
        return
    raw = call["response"].read().decode()
    answer = json.loads(raw)
    choice = answer["choices"][0]
    text, usage = choice["message"]["content"], answer["usage"]
    finish(call, body, messages, started, text, raw, usage, None)
    message = {"content": text, "role": "assistant"}
    choices = [{"index": 0, "finish_reason": choice["finish_reason"], "message": message}]
    request.send_json(200, {**head, "choices": choices, **tail, "object": "chat.completion", "usage": usage})


def stream_chat(request, call, body, messages, started, head, tail, include_usage):
    text, raw, usage, ttft_ms = "", "", {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, None
    request.start_stream("text/event-stream")
    for line in call["response"]:
        raw += line.decode()
        if not line.startswith(b"data: {"):
            continue
        piece = json.loads(line[len("data: "):])
        usage = piece.get("usage") or usage
        for choice in piece["choices"]:
            content = choice["delta"].get("content") or ""
            if content and ttft_ms is None:
                ttft_ms = int((time.monotonic() - started) * 1000)
            text += content
            choices = [{"index": 0, "finish_reason": choice["finish_reason"], "delta": {"content": content}}]
            value = {**head, "choices": choices, **tail, "object": "chat.completion.chunk"}
            request.chunk(f"data: {json.dumps(value, separators=(',', ':'))}\n\n")
    if include_usage:
        value = {**head, "choices": [], **tail, "object": "chat.completion.chunk", "usage": usage}
        request.chunk(f"data: {json.dumps(value, separators=(',', ':'))}\n\n")
    request.chunk("data: [DONE]\n\n")
    request.end_stream()
    finish(call, body, messages, started, text, raw, usage, ttft_ms)


def native_inference(request):
    body = {**read_body(request), "stream": False}
    messages = list((body.get("input") or {}).get("messages") or [])
    system = (body.get("input") or {}).get("system")
    if system:
        messages.insert(0, {"role": "system", "content": system})
    name = f"tensorzero::function_name::{body['function_name']}" if "function_name" in body else f"tensorzero::model_name::{body.get('model_name')}"
    call, started = run_call(body, name, body.get("variant_name"), messages)
    raw = call["response"].read().decode()
    answer = json.loads(raw)
    text, usage = answer["choices"][0]["message"]["content"], answer["usage"]
    finish(call, body, messages, started, text, raw, usage, None)
    request.send_json(200, {
        "inference_id": call["id"], "episode_id": call["episode_id"], "variant_name": call["target"].variant,
        "content": [{"type": "text", "text": text}],
        "usage": {"input_tokens": usage["prompt_tokens"], "output_tokens": usage["completion_tokens"]},
        "finish_reason": answer["choices"][0]["finish_reason"],
    })


def read_body(request):
    try:
        return request.json()
    except ValueError as error:
        raise GatewayError(400, f"Failed to parse the request body as JSON: {error}") from error


def guarded(handler):
    def run(request):
        try:
            handler(request)
        except GatewayError as error:
            log("WARN", str(error))
            request.send_json(error.status, {"error": str(error)})

    return run


def status(request):
    config_hash = hashlib.sha256(json.dumps(config.data, sort_keys=True).encode()).hexdigest()
    request.send_json(200, {"status": "ok", "version": VERSION.split("-")[0], "config_hash": config_hash})


def health(request):
    reachable = HEALTHY and (store is None or store.healthy())
    value = {"gateway": "ok", "clickhouse": "ok" if reachable else "error", "postgres": "ok"}
    request.send_json(200 if reachable else 503, value)


def metrics(request):
    with counts_lock:
        lines = [f'request_count{{endpoint="inference",function_name="{name}"}} {count}' for name, count in counts.items()]
    head = "# HELP request_count Requests handled by TensorZero\n# TYPE request_count counter\n"
    request.send(200, head + "".join(line + "\n" for line in lines), "text/plain; charset=utf-8")


def not_found(request):
    request.send_json(404, {"error": f"Route not found: {request.method} {request.path}"})


def read_arguments():
    parser = argparse.ArgumentParser(prog="gateway")
    parser.add_argument("--config-file")
    parser.add_argument("--default-config", action="store_true")
    parser.add_argument("--log-format", choices=("pretty", "json"), default="pretty")
    parser.add_argument("--bind-address")
    parser.add_argument("--version", action="version", version=f"gateway {VERSION.split('-')[0]}")
    arguments = parser.parse_args()
    if bool(arguments.config_file) == arguments.default_config:
        fail("You must specify exactly one of `--config-file` or `--default-config`.")
    return arguments


def connect_store():
    address = os.environ.get("TENSORZERO_CLICKHOUSE_URL")
    if config.observability is False:
        return None
    if not address:
        if config.observability:
            fail("Missing environment variable TENSORZERO_CLICKHOUSE_URL")
        log("WARN", "Disabling observability: `gateway.observability.enabled` is not explicitly specified in config and `TENSORZERO_CLICKHOUSE_URL` is not set.")
        return None
    connection = Store(address)
    try:
        connection.migrate()
    except StoreError as error:
        fail(f"Failed to run ClickHouse migrations: {error}")
    return connection


arguments = read_arguments()
try:
    config = Config(arguments.config_file)
except ConfigError as error:
    fail(str(error))
store = connect_store()
host, port = config.bind_address
if arguments.bind_address:
    host, _, text = arguments.bind_address.rpartition(":")
    host, port = host.strip("[]"), int(text)
log("INFO", f"Starting TensorZero Gateway {VERSION} (stand-in)")
log("INFO", f"TensorZero Gateway is listening on {host}:{port}")
serve(host, port, {
    ("GET", "/status"): status,
    ("GET", "/health"): health,
    ("GET", "/metrics"): metrics,
    ("POST", "/inference"): guarded(native_inference),
    ("POST", "/openai/v1/chat/completions"): guarded(openai_chat),
}, not_found)
