"""What these stand-ins share: several ports in one process, a first process below which the program runs, requests that go on elsewhere."""

import json
import os
import signal
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

from standInHttp import Server, make_handler, serve


def below_init():
    """Runs the rest as a child of a first process that passes signals on, as dumb-init does in the real images."""
    if os.getpid() != 1:
        return
    child = os.fork()
    if child == 0:
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: os.kill(child, got))
    while True:
        ended, status = os.wait()
        if ended == child:
            sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def serve_all(ports):
    """Serves each port with its own routes until SIGTERM; `ports`: port → (routes, what answers everything else)."""
    (first, *rest) = ports.items()
    for port, (routes, others) in rest:
        threading.Thread(target=Server(("0.0.0.0", port), make_handler(routes, others)).serve_forever, daemon=True).start()
    port, (routes, others) = first
    serve("0.0.0.0", port, routes, others)


def not_found(request):
    request.send(404, "404 page not found\n", "text/plain")


def pass_on(request, base, headers):
    """Asks `base` the same and hands the answer back as it comes; raises OSError where nobody answers."""
    query = f"?{urllib.parse.urlencode(request.query)}" if request.query else ""
    call = urllib.request.Request(base + request.path + query, request.body or None, headers, method=request.method)
    try:
        answer = urllib.request.urlopen(call, timeout=300)
    except urllib.error.HTTPError as error:
        answer = error
    kind = answer.headers.get("content-type", "application/octet-stream")
    if kind.startswith("text/event-stream"):
        request.start_stream(kind)
        for line in answer:
            request.chunk(line.decode())
        request.end_stream()
    else:
        request.send(answer.status, answer.read(), kind)
    return answer.status


def post_json(url, value, timeout=5):
    """Posts a value and returns the answer's; raises OSError, ValueError."""
    call = urllib.request.Request(url, json.dumps(value).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(call, timeout=timeout) as answer:
        return json.loads(answer.read() or b"null")
