"""Stand-in for the `ollama` command: serve, list, pull, ps, run, stop, rm, show, --version, over the server's API.

Source: https://github.com/ollama/ollama/blob/main/docs/cli.mdx; table layout as printed by 0.12.
"""

import datetime
import json
import os
import sys
import urllib.error
import urllib.request

VERSION = "0.12.3"


def base_address():
    host, _, port = os.environ.get("OLLAMA_HOST", "127.0.0.1:11434").rpartition(":")
    # A server that listens everywhere is called at home.
    host = "127.0.0.1" if host in ("", "0.0.0.0") else host
    return f"http://{host.removeprefix('http://')}:{port}"


def fail(text):
    print(f"Error: {text}", file=sys.stderr)
    sys.exit(1)


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    try:
        return urllib.request.urlopen(urllib.request.Request(base_address() + path, data, method=method))
    except urllib.error.HTTPError as error:
        fail(json.loads(error.read()).get("error", error.reason))
    except OSError:
        fail("could not connect to ollama server, run 'ollama serve' to start it")


def human_bytes(size):
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if size >= unit:
            value = size / unit
            return f"{value:.0f} {name}" if value >= 10 else f"{value:.1f} {name}"
    return f"{size} B"


def human_time(moment, never="Never"):
    seconds = (moment - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    suffix = "from now" if seconds > 0 else "ago"
    seconds = abs(seconds)
    if seconds > 10**8:
        return never
    for unit, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count = int(seconds // unit)
        if count >= 1:
            return f"{count} {name}{'s' if count > 1 else ''} {suffix}"
    return "Less than a second " + suffix


def table(head, rows):
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        print("".join(cell.ljust(width) + "    " for cell, width in zip(row, widths)))


def moment(text):
    return datetime.datetime.fromisoformat(text)


def list_models(_):
    models = json.load(call("GET", "/api/tags"))["models"]
    rows = [[each["name"], each["digest"][:12], human_bytes(each["size"]), human_time(moment(each["modified_at"]))] for each in models]
    table(["NAME", "ID", "SIZE", "MODIFIED"], rows)


def list_loaded(_):
    rows = []
    for each in json.load(call("GET", "/api/ps"))["models"]:
        processor = "100% GPU" if each["size_vram"] == each["size"] else "100% CPU"
        until = human_time(moment(each["expires_at"]), "Forever")
        rows.append([each["name"], each["digest"][:12], human_bytes(each["size"]), processor, str(each["context_length"]), until])
    table(["NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"], rows)


def pull(arguments):
    last = None
    for line in call("POST", "/api/pull", {"model": arguments[0]}):
        status = json.loads(line)
        if "error" in status:
            fail(status["error"])
        if status["status"] != last:
            last = status["status"]
            print(last, file=sys.stderr)


def run(arguments):
    tags = [each["name"] for each in json.load(call("GET", "/api/tags"))["models"]]
    name = arguments[0] if ":" in arguments[0] else arguments[0] + ":latest"
    if name not in tags:
        # The real command pulls what it lacks.
        pull(arguments[:1])
    prompt = " ".join(arguments[1:]) or sys.stdin.read()
    for line in call("POST", "/api/generate", {"model": arguments[0], "prompt": prompt}):
        print(json.loads(line)["response"], end="", flush=True)
    print("\n")


def stop(arguments):
    call("POST", "/api/generate", {"model": arguments[0], "keep_alive": 0})


def remove(arguments):
    for name in arguments:
        call("DELETE", "/api/delete", {"model": name})
        print(f"deleted '{name}'")


def show(arguments):
    details = json.load(call("POST", "/api/show", {"model": arguments[0]}))["details"]
    print("  Model")
    for title, key in (("architecture", "family"), ("parameters", "parameter_size"), ("quantization", "quantization_level")):
        print(f"    {title:<19} {details[key]}")


def serve(_):
    import ollama_server

    ollama_server.main()


COMMANDS = {
    "serve": serve, "list": list_models, "ls": list_models, "ps": list_loaded, "pull": pull, "run": run, "stop": stop,
    "rm": remove, "show": show,
}

arguments = sys.argv[1:]
if arguments[:1] in (["--version"], ["-v"]):
    print(f"ollama version is {VERSION}")
elif arguments and arguments[0] in COMMANDS:
    COMMANDS[arguments[0]](arguments[1:])
else:
    fail(f'unknown command "{arguments[0] if arguments else ""}" for "ollama"')
