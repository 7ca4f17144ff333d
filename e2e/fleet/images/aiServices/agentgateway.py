"""Stand-in for agentgateway: passes everything on to the one backend of its configuration, and tells that it is ready.

Ports as of https://agentgateway.dev/docs/: callers, 15000 administration, 15020 metrics, 15021 ready.
"""

import argparse
import re
import sys
import threading

from standInTools import not_found, pass_on, serve_all

parser = argparse.ArgumentParser()
parser.add_argument("-f", "--file", required=True)
with open(parser.parse_args().file) as source:
    TEXT = source.read()
PORT = re.search(r"^\s*-?\s*port:\s*(\d+)", TEXT, re.M)
HOST = re.search(r"^\s*-\s*host:\s*['\"]?([\w.-]+:\d+)", TEXT, re.M)
if not PORT or not HOST:
    sys.exit("Error: invalid config: a bind with a port and a backend with a host are needed")

counts = {}
lock = threading.Lock()


def forward(request):
    headers = {name: value for name, value in request.headers.items() if name.lower() in ("authorization", "content-type", "accept")}
    try:
        status = pass_on(request, f"http://{HOST[1]}", headers)
    except OSError as error:
        status = 503
        request.send(503, f"upstream call failed: {error}", "text/plain")
    with lock:
        counts[status] = counts.get(status, 0) + 1


def metrics(request):
    rows = "".join(f'agentgateway_requests_total{{backend="{HOST[1]}",status="{status}"}} {count}\n' for status, count in sorted(counts.items()))
    request.send(200, f"# TYPE agentgateway_requests counter\n{rows}", "text/plain; version=0.0.4")


def ready(request):
    request.send(200, "ready\n", "text/plain")


serve_all({
    int(PORT[1]): ({}, forward),
    15000: ({("GET", "/config_dump"): lambda request: request.send_json(200, {"version": "stand-in"})}, not_found),
    15020: ({("GET", "/metrics"): metrics}, not_found),
    15021: ({("GET", "/healthz/ready"): ready}, not_found),
})
