"""Stand-in for text-embeddings-inference: vectors from the words of a text, so that texts that share words are near each other.

Source: https://huggingface.github.io/text-embeddings-inference/. FLEET_LOAD_MS: until it is healthy.
"""

import hashlib
import os
import sys
import time

from standInHttp import count_tokens, serve

WIDTH = 768
MOST_INPUTS = int(os.environ.get("MAX_CLIENT_BATCH_SIZE", "32"))
started = time.monotonic()
counted = {"requests": 0}


def option(name, otherwise):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else otherwise


model = option("--model-id", os.environ.get("MODEL_ID", "BAAI/bge-large-en-v1.5"))


def is_loaded():
    return (time.monotonic() - started) * 1000 >= int(os.environ.get("FLEET_LOAD_MS", "0"))


def vector(text):
    """A unit vector: one for each word's place."""
    values = [0.0] * WIDTH
    for word in text.lower().split():
        values[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % WIDTH] += 1.0
    length = sum(value * value for value in values) ** 0.5 or 1.0
    return [value / length for value in values]


def texts_of(request, key):
    """The inputs of a request as a list; None, with the answer sent, where they are too many or none."""
    inputs = request.json().get(key)
    texts = [inputs] if isinstance(inputs, str) else inputs
    if not texts:
        request.send_json(422, {"error": "`inputs` cannot be empty", "error_type": "Validation"})
        return None
    if len(texts) > MOST_INPUTS:
        request.send_json(422, {"error": f"batch size {len(texts)} > maximum allowed batch size {MOST_INPUTS}", "error_type": "Validation"})
        return None
    counted["requests"] += 1
    return texts


def embed(request):
    texts = texts_of(request, "inputs")
    if texts is not None:
        request.send_json(200, [vector(text) for text in texts])


def openai(request):
    texts = texts_of(request, "input")
    if texts is not None:
        data = [{"object": "embedding", "embedding": vector(text), "index": index} for index, text in enumerate(texts)]
        tokens = sum(count_tokens(text) for text in texts)
        request.send_json(200, {"object": "list", "data": data, "model": model, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}})


def info(request):
    request.send_json(200, {
        "model_id": model, "model_sha": None, "model_dtype": "float32", "model_type": {"embedding": {"pooling": "mean"}},
        "max_client_batch_size": MOST_INPUTS, "max_input_length": 512, "version": "1.8.0",
    })


ROUTES = {
    ("GET", "/health"): lambda request: request.send(200 if is_loaded() else 503, "", "text/plain"),
    ("GET", "/info"): info,
    ("GET", "/metrics"): lambda request: request.send(200, f"# TYPE te_request_count counter\nte_request_count {counted['requests']}\n", "text/plain"),
    ("POST", "/embed"): embed,
    ("POST", "/v1/embeddings"): openai,
}
print(f'{{"level":"INFO","message":"stand-in for text-embeddings-inference, model {model}"}}', flush=True)
serve(option("--hostname", "0.0.0.0"), int(option("--port", os.environ["PORT"])), ROUTES, lambda request: request.send(404, "", "text/plain"))
