"""Stand-in for the OpenTelemetry collector: takes traces by OTLP over HTTP with JSON, hands them on, counts them for Prometheus.

Formats as of https://opentelemetry.io/docs/specs/otlp/. Of its YAML it reads which Jaeger the traces go to. It does not speak gRPC: the
port is there and answers nothing.
"""

import argparse
import re
import socket
import threading

from standInTools import not_found, post_json, serve_all

parser = argparse.ArgumentParser()
parser.add_argument("--config", required=True)
with open(parser.parse_args().config) as source:
    TEXT = source.read()
JAEGER = re.search(r"otlp/\w+:\s*\n\s*endpoint:\s*['\"]?([\w.-]+):", TEXT)

calls = {}
lock = threading.Lock()


def traces(request):
    body = request.json()
    for resource in body.get("resourceSpans", []):
        names = [each["value"]["stringValue"] for each in resource["resource"]["attributes"] if each["key"] == "service.name"]
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                key = (names[0] if names else "unknown", span["name"])
                with lock:
                    calls[key] = calls.get(key, 0) + 1
    if JAEGER:
        post_json(f"http://{JAEGER[1]}:4318/v1/traces", body)
    request.send_json(200, {"partialSuccess": {}})


def metrics(request):
    rows = "".join(f'traces_span_metrics_calls_total{{service_name="{service}",span_name="{span}"}} {count}\n' for (service, span), count in sorted(calls.items()))
    request.send(200, f"# TYPE traces_span_metrics_calls_total counter\n{rows}", "text/plain; version=0.0.4")


grpc = socket.create_server(("0.0.0.0", 4317))
serve_all({
    4318: ({("POST", "/v1/traces"): traces}, not_found),
    8889: ({("GET", "/metrics"): metrics}, not_found),
    13133: ({("GET", "/"): lambda request: request.send_json(200, {"status": "Server available", "uptime": "1s"})}, not_found),
})
