"""Stand-in for Jaeger 2 as its image starts without a configuration: OTLP over HTTP in, the query service's API out, in memory.

API as of https://www.jaegertracing.io/docs/2.13/architecture/apis/.
"""

import socket

from standInTools import not_found, serve_all

spans = []


def take(request):
    for resource in request.json().get("resourceSpans", []):
        names = [each["value"]["stringValue"] for each in resource["resource"]["attributes"] if each["key"] == "service.name"]
        for scope in resource["scopeSpans"]:
            spans.extend({"service": names[0] if names else "unknown", **span} for span in scope["spans"])
    request.send_json(200, {"partialSuccess": {}})


def services(request):
    found = sorted({span["service"] for span in spans})
    request.send_json(200, {"data": found, "total": len(found), "limit": 0, "offset": 0, "errors": None})


def traces(request):
    service = request.query.get("service")
    if not service:
        request.send_json(400, {"data": None, "errors": [{"code": 400, "msg": "parameter 'service' is required"}]})
        return
    data = [{"traceID": span["traceId"], "spans": [{"operationName": span["name"]}]} for span in spans if span["service"] == service]
    request.send_json(200, {"data": data, "total": 0, "limit": 0, "offset": 0, "errors": None})


grpc = socket.create_server(("0.0.0.0", 4317))
serve_all({
    16686: ({("GET", "/api/services"): services, ("GET", "/api/traces"): traces, ("GET", "/"): lambda request: request.send(200, "<title>Jaeger UI</title>", "text/html")}, not_found),
    4318: ({("POST", "/v1/traces"): take}, not_found),
    13133: ({("GET", "/status"): lambda request: request.send_json(200, {"status": "StatusOK", "healthy": True})}, not_found),
})
