"""What the HTTP stand-ins share: a threaded server with exact routes, JSON and chunked answers, and fixed model answers."""

import http.server
import json
import signal
import socket
import sys
import threading
import time
import urllib.parse

KNOWN_ANSWERS = {
    "ping": "pong",
    "2+2": "4",
    "capital of france": "Paris",
    "hello": "Hello! How can I help you?",
}


def answer_words(prompt, limit):
    """The words a model says to a prompt, at most `limit` of them, and whether the limit cut them short.

    A prompt that holds a known question gets its known answer; any other is counted out, so that a test can tell a
    truncated answer from a whole one.
    """
    lowered = prompt.lower()
    for question, answer in KNOWN_ANSWERS.items():
        if question in lowered:
            words = answer.split(" ")
            break
    else:
        words = [f"word{index}" for index in range(32)]
    cut = limit is not None and limit < len(words)
    words = words[:limit] if cut else words
    return [word if index == 0 else " " + word for index, word in enumerate(words)], cut


def count_tokens(text):
    """A token count that depends on nothing but the text: one per started four characters."""
    return (len(text) + 3) // 4


class Request:
    """One request: `method`, `path`, `query` (dict), `headers`, `body` (bytes); answers are sent through it."""

    def __init__(self, handler):
        self._handler = handler
        parts = urllib.parse.urlsplit(handler.path)
        self.method = handler.command
        self.path = parts.path
        self.query = dict(urllib.parse.parse_qsl(parts.query))
        self.headers = handler.headers
        self.client = handler.client_address[0]
        self.body = handler.rfile.read(int(handler.headers.get("content-length") or 0))

    def json(self):
        """The body as JSON; an empty body is an empty object. Raises ValueError."""
        return json.loads(self.body or b"{}")

    def send(self, status, body, content_type, headers=None):
        """Sends a whole answer; `body` is text or bytes."""
        data = body if isinstance(body, bytes) else body.encode()
        self._start(status, content_type, {"Content-Length": str(len(data)), **(headers or {})})
        if self.method != "HEAD":
            self._handler.wfile.write(data)

    def send_json(self, status, value, headers=None):
        """Sends a value as JSON without spaces, as the compiled servers do."""
        self.send(status, json.dumps(value, separators=(",", ":")), "application/json", headers)

    def start_stream(self, content_type):
        """Begins a chunked answer; follow with `chunk` and `end_stream`."""
        self._start(200, content_type, {"Transfer-Encoding": "chunked", "Cache-Control": "no-cache"})

    def chunk(self, text):
        """Sends one piece of a chunked answer at once."""
        data = text.encode()
        self._handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def end_stream(self):
        """Ends a chunked answer."""
        self._handler.wfile.write(b"0\r\n\r\n")

    def _start(self, status, content_type, headers):
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()


def make_handler(routes, not_found):
    """A handler class for `routes`: (method, path) → function of a Request. HEAD is answered by GET's function."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "stand-in"
        disable_nagle_algorithm = True

        def route(self):
            request = Request(self)
            method = "GET" if request.method == "HEAD" else request.method
            try:
                routes.get((method, request.path), not_found)(request)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = route

        def log_message(self, text, *values):
            print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), self.client_address[0], text % values, flush=True)

    return Handler


class Server(http.server.ThreadingHTTPServer):
    """Threads die with the process; a long queue, because load tests open many connections at once."""

    daemon_threads = True
    request_queue_size = 512


def serve(address, port, routes, not_found):
    """Serves until SIGTERM or SIGINT, which end it with status 0 as they end the real servers."""

    class BoundServer(Server):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET

    server = BoundServer((address, port), make_handler(routes, not_found))
    for number in (signal.SIGTERM, signal.SIGINT):
        # PID 1 ignores signals without a handler, and shutdown() must not run in the serving thread.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
    sys.exit(0)
