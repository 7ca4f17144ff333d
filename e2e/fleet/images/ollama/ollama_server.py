"""Stand-in for Ollama's server: its own API and its OpenAI-compatible one, with fixed answers at a settable pace.

Source: https://github.com/ollama/ollama/blob/main/docs/api.md and docs/openai.md. Pace by environment:
FLEET_TTFT_MS, FLEET_TOKEN_MS, FLEET_LOAD_MS, FLEET_PULL_MS.
"""

import datetime
import json
import os
import time
import uuid

import ollama_models as models
from standInHttp import answer_words, count_tokens, serve

VERSION = "0.12.3"
loaded = models.Loaded()


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def prompt_of(body):
    if "messages" in body:
        return "\n".join(str(message.get("content") or "") for message in body["messages"])
    return body.get("prompt") or ""


class Generation:
    """One answer under way: `words()` paces them, the counts are right once it is exhausted."""

    def __init__(self, body, limit):
        self.model = models.find(body.get("model") or "")
        options = body.get("options") or {}
        context = options.get("num_ctx") or int(os.environ.get("OLLAMA_CONTEXT_LENGTH") or 4096)
        self._started = time.monotonic_ns()
        self.load_ns = loaded.use(self.model, context, body.get("keep_alive"))
        prompt = prompt_of(body)
        # What does not fit the context is cut off at the front without a word, as the real server does.
        self.prompt_tokens = min(count_tokens(prompt), context)
        self._words, self.cut = answer_words(prompt[-context * 4:], limit)
        self.tokens = 0
        self.prompt_ns = self.eval_ns = 0

    def words(self):
        begun = time.monotonic_ns()
        time.sleep(int(os.environ.get("FLEET_TTFT_MS", "20")) / 1000)
        self.prompt_ns = time.monotonic_ns() - begun
        for word in self._words:
            time.sleep(int(os.environ.get("FLEET_TOKEN_MS", "2")) / 1000)
            self.tokens += 1
            yield word
        self.eval_ns = time.monotonic_ns() - begun - self.prompt_ns

    @property
    def reason(self):
        return "length" if self.cut else "stop"

    def statistics(self):
        return {
            "total_duration": time.monotonic_ns() - self._started, "load_duration": self.load_ns,
            "prompt_eval_count": self.prompt_tokens, "prompt_eval_duration": self.prompt_ns,
            "eval_count": self.tokens, "eval_duration": self.eval_ns,
        }


def stream_lines(request, values):
    """Sends JSON objects one per line; a failure after the first becomes a line of its own, as status 200 is gone."""
    request.start_stream("application/x-ndjson")
    try:
        for value in values:
            request.chunk(json.dumps(value, separators=(",", ":")) + "\n")
    except models.ModelError as error:
        request.chunk(json.dumps({"error": str(error)}) + "\n")
    request.end_stream()


def native_answer(request, place):
    """/api/generate and /api/chat differ only in where the text stands: `place` makes that part."""
    body = request.json()
    if not prompt_of(body):
        load_or_unload(request, body, place)
        return
    generation = Generation(body, (body.get("options") or {}).get("num_predict"))
    name = body["model"]

    def values():
        for word in generation.words():
            yield {"model": name, "created_at": now(), **place(word), "done": False}
        yield {"model": name, "created_at": now(), **place(""), "done": True, "done_reason": generation.reason, **generation.statistics()}

    if body.get("stream", True):
        stream_lines(request, values())
        return
    text = "".join(generation.words())
    end = {"done": True, "done_reason": generation.reason, **generation.statistics()}
    request.send_json(200, {"model": name, "created_at": now(), **place(text), **end})


def load_or_unload(request, body, place):
    """A request without a prompt only loads the model, or unloads it when keep_alive is 0."""
    model = models.find(body.get("model") or "")
    loaded.use(model, int(os.environ.get("OLLAMA_CONTEXT_LENGTH") or 4096), body.get("keep_alive"))
    reason = "unload" if body.get("keep_alive") == 0 else "load"
    request.send_json(200, {"model": body["model"], "created_at": now(), **place(""), "done": True, "done_reason": reason})


def generate(request):
    native_answer(request, lambda text: {"response": text})


def chat(request):
    native_answer(request, lambda text: {"message": {"role": "assistant", "content": text}})


def openai_chat(request):
    body = request.json()
    generation = Generation(body, body.get("max_completion_tokens") or body.get("max_tokens"))
    head = {"id": f"chatcmpl-{uuid.uuid4().int % 1000}", "created": int(time.time()), "model": body["model"], "system_fingerprint": "fp_ollama"}
    if body.get("stream"):
        openai_stream(request, body, generation, head)
        return
    text = "".join(generation.words())
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": generation.reason}
    request.send_json(200, {**head, "object": "chat.completion", "choices": [choice], "usage": usage(generation)})


def openai_stream(request, body, generation, head):
    def send(choices, **more):
        value = {**head, "object": "chat.completion.chunk", "choices": choices, **more}
        request.chunk(f"data: {json.dumps(value, separators=(',', ':'))}\n\n")

    request.start_stream("text/event-stream")
    for word in generation.words():
        send([{"index": 0, "delta": {"role": "assistant", "content": word}, "finish_reason": None}])
    send([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": generation.reason}])
    if (body.get("stream_options") or {}).get("include_usage"):
        send([], usage=usage(generation))
    request.chunk("data: [DONE]\n\n")
    request.end_stream()


def usage(generation):
    prompt, completion = generation.prompt_tokens, generation.tokens
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def pull(request):
    body = request.json()
    statuses = models.pull(body.get("model") or body.get("name") or "")
    if body.get("stream", True):
        stream_lines(request, statuses)
        return
    last = list(statuses)[-1]
    request.send_json(200, last)


def delete(request):
    body = request.json()
    models.remove(body.get("model") or body.get("name") or "")
    request.send(200, "", "application/json")


def copy(request):
    body = request.json()
    models.copy(body.get("source") or "", body.get("destination") or "")
    request.send(200, "", "application/json")


def show(request):
    model = models.find(request.json().get("model") or "")
    request.send_json(200, {"details": model.details, "modified_at": model.modified.isoformat(), "capabilities": ["completion", "tools"]})


def openai_models(request):
    data = [
        {"id": model.name, "object": "model", "created": int(model.modified.timestamp()), "owned_by": "library"}
        for model in models.pulled()
    ]
    request.send_json(200, {"object": "list", "data": data})


def failing(handler, envelope):
    """Turns a ModelError into the answer of its API: `envelope` makes the body from the text."""

    def run(request):
        try:
            handler(request)
        except models.ModelError as error:
            request.send_json(404 if "not found" in str(error) else 500, envelope(str(error)))

    return run


def plain(text):
    return {"error": text}


def openai_error(text):
    return {"error": {"message": text, "type": "api_error", "param": None, "code": None}}


ROUTES = {
    ("GET", "/"): lambda request: request.send(200, "Ollama is running", "text/plain; charset=utf-8"),
    ("GET", "/api/version"): lambda request: request.send_json(200, {"version": VERSION}),
    ("GET", "/api/tags"): lambda request: request.send_json(200, {"models": [model.summary() for model in models.pulled()]}),
    ("GET", "/api/ps"): lambda request: request.send_json(200, {"models": loaded.list()}),
    ("POST", "/api/pull"): failing(pull, plain),
    ("POST", "/api/show"): failing(show, plain),
    ("POST", "/api/copy"): failing(copy, plain),
    ("DELETE", "/api/delete"): failing(delete, plain),
    ("POST", "/api/generate"): failing(generate, plain),
    ("POST", "/api/chat"): failing(chat, plain),
    ("GET", "/v1/models"): openai_models,
    ("POST", "/v1/chat/completions"): failing(openai_chat, openai_error),
}


def main():
    """Serves on OLLAMA_HOST."""
    host, _, port = os.environ.get("OLLAMA_HOST", "127.0.0.1:11434").rpartition(":")
    print(f'time={now()} level=INFO source=routes.go msg="Listening on {host}:{port} (version {VERSION})" stand_in=true', flush=True)
    serve(host.removeprefix("http://") or "127.0.0.1", int(port), ROUTES, lambda request: request.send(404, "404 page not found", "text/plain"))
