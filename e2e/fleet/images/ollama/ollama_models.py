"""Models of the Ollama stand-in: what is pulled lies as manifests below ~/.ollama, what is loaded only in memory."""

import datetime
import hashlib
import json
import os
import shutil
import threading
import time
import urllib.error
import urllib.request

REGISTRY = "registry.ollama.ai"
ROOT = os.path.join(os.environ.get("OLLAMA_MODELS", os.path.expanduser("~/.ollama/models")), "manifests", REGISTRY)
# Half the width of an attention cache entry of a 7B model in 16 bits: enough for `ollama ps` to grow with the context.
BYTES_PER_CONTEXT_TOKEN = 57344


class ModelError(Exception):
    """A failure in the words of the real server."""


def split_name(name):
    """`qwen2.5-coder:7b` → ("library/qwen2.5-coder", "7b"); the tag defaults to latest."""
    path, _, tag = name.partition(":")
    return (path if "/" in path else f"library/{path}"), tag or "latest"


def full_name(name):
    path, tag = split_name(name)
    return f"{path.removeprefix('library/')}:{tag}"


class Model:
    """A pulled model, read from its manifest file."""

    def __init__(self, name, file):
        with open(file, "rb") as source:
            data = source.read()
        self.name = name
        self.digest = hashlib.sha256(data).hexdigest()
        self.manifest = json.loads(data)
        self.size = sum(layer["size"] for layer in self.manifest["layers"])
        self.modified = datetime.datetime.fromtimestamp(os.path.getmtime(file), datetime.timezone.utc)
        self.details = {"parent_model": "", "format": "gguf", **self.manifest["fleetDetails"]}

    def summary(self):
        return {
            "name": self.name, "model": self.name, "modified_at": self.modified.isoformat(), "size": self.size,
            "digest": self.digest, "details": self.details,
        }


def manifest_file(name):
    path, tag = split_name(name)
    return os.path.join(ROOT, path, tag)


def find(name):
    """The pulled model of that name; raises ModelError."""
    file = manifest_file(name)
    if not os.path.isfile(file):
        raise ModelError(f"model '{name}' not found")
    return Model(full_name(name), file)


def pulled():
    """All pulled models, the newest first."""
    found = []
    for folder, _, files in os.walk(ROOT):
        path = os.path.relpath(folder, ROOT).removeprefix("library/")
        found += [Model(f"{path}:{file}", os.path.join(folder, file)) for file in files if not file.endswith(".partial")]
    return sorted(found, key=lambda model: model.modified, reverse=True)


def remove(name):
    find(name)
    os.remove(manifest_file(name))


def copy(source, destination):
    """Gives a pulled model a second name; raises ModelError."""
    find(source)
    file = manifest_file(destination)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    shutil.copyfile(manifest_file(source), file)


def pull(name):
    """Yields the status objects of a pull; the manifest comes over the network, the weights take FLEET_PULL_MS only."""
    yield {"status": "pulling manifest"}
    path, tag = split_name(name)
    address = f"https://{REGISTRY}/v2/{path}/manifests/{tag}"
    try:
        with urllib.request.urlopen(address, timeout=10) as response:
            data = response.read()
    except urllib.error.HTTPError as error:
        raise ModelError("pull model manifest: file does not exist") from error
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise ModelError(f'pull model manifest: Get "{address}": {reason}') from error
    steps = 10
    for layer in json.loads(data)["layers"]:
        digest = layer["digest"]
        status = f"pulling {digest[len('sha256:'):][:12]}"
        for step in range(steps + 1):
            yield {"status": status, "digest": digest, "total": layer["size"], "completed": layer["size"] * step // steps}
            time.sleep(int(os.environ.get("FLEET_PULL_MS", "300")) / 1000 / steps)
    yield {"status": "verifying sha256 digest"}
    yield {"status": "writing manifest"}
    file = manifest_file(name)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(file + ".partial", "wb") as target:
        target.write(data)
    os.replace(file + ".partial", file)
    yield {"status": "success"}


def duration_seconds(value):
    """Ollama's keep_alive: seconds as a number or a text such as 5m; negative means for ever."""
    if isinstance(value, (int, float)):
        return float(value)
    unit = {"s": 1, "m": 60, "h": 3600}.get(value[-1:])
    return float(value[:-1]) * unit if unit else float(value)


class Loaded:
    """Models in memory, each with its context length and the time at which it is unloaded."""

    def __init__(self):
        self._lock = threading.Lock()
        self._entries = {}

    def use(self, model, context, keep_alive):
        """Loads the model where needed and renews its time; returns nanoseconds spent loading."""
        if keep_alive is None:
            keep_alive = os.environ.get("OLLAMA_KEEP_ALIVE") or "5m"
        seconds = duration_seconds(keep_alive)
        started = time.monotonic_ns()
        with self._lock:
            entry = self._entries.get(model.name)
            if entry is None or entry["digest"] != model.digest or entry["context"] != context or entry["until"] < time.time():
                time.sleep(int(os.environ.get("FLEET_LOAD_MS", "100")) / 1000)
            until = time.time() + (seconds if seconds >= 0 else 10**9)
            self._entries[model.name] = {"digest": model.digest, "context": context, "until": until, "model": model}
            if seconds == 0:
                del self._entries[model.name]
        return time.monotonic_ns() - started

    def list(self):
        with self._lock:
            entries = [entry for entry in self._entries.values() if entry["until"] > time.time()]
        return [loaded_summary(entry) for entry in entries]


def has_gpu():
    """Whether the container was started with a GPU: the engine sets this for `--gpus` and for device reservations."""
    return os.environ.get("NVIDIA_VISIBLE_DEVICES", "void") not in ("", "void", "none")


def loaded_summary(entry):
    model = entry["model"]
    size = model.size + entry["context"] * BYTES_PER_CONTEXT_TOKEN
    until = datetime.datetime.fromtimestamp(min(entry["until"], 2**33), datetime.timezone.utc)
    return {
        "name": model.name, "model": model.name, "size": size, "digest": model.digest, "details": model.details,
        "expires_at": until.isoformat(), "size_vram": size if has_gpu() else 0, "context_length": entry["context"],
    }
