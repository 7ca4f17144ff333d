"""Stand-in for BankSight's Streamlit frontend: its health, a page, and the websocket that Streamlit cannot do without."""

import base64
import hashlib
import os
import urllib.request

from standInTools import not_found, serve_all

BACKEND = os.environ["BACKEND_URL"]


def health(request):
    request.send(200, "ok", "text/plain")


def page(request):
    request.send(200, "<!doctype html><title>BankSight</title><div id=root></div>", "text/html")


def stream(request):
    """RFC 6455 section 4.2.2; one text message that says whether the backend answers, then the end."""
    key = request.headers.get("sec-websocket-key")
    if (request.headers.get("upgrade") or "").lower() != "websocket" or not key:
        request.send(400, 'Can "Upgrade" only to "WebSocket".', "text/plain")
        return
    accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
    try:
        with urllib.request.urlopen(f"{BACKEND}/health", timeout=5) as answer:
            said = f"backend {answer.status}"
    except OSError as error:
        said = f"no backend: {error}"[:120]
    handler = request._handler
    handler.send_response(101)
    for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept)):
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(bytes([0x81, len(said)]) + said.encode() + bytes([0x88, 0]))
    handler.wfile.flush()
    handler.close_connection = True


serve_all({8501: ({("GET", "/_stcore/health"): health, ("GET", "/"): page, ("GET", "/_stcore/stream"): stream}, not_found)})
