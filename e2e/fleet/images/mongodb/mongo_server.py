"""Stand-in for mongod: its wire protocol, login with SCRAM-SHA-256, and the few commands of mongo_store.

Source: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/. The first start makes the user of
MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD, as the image's documentation has it; without them nobody is asked.
"""

import datetime
import json
import os
import signal
import socketserver
import struct
import sys

import bson
from mongo_scram import Conversation
from mongo_store import ROOT, Store

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013
VERSION = "8.0.13"


def read_users():
    """The users of the first start: later values of the variables change nothing, as in the real image."""
    file = f"{ROOT}/standInUsers.json"
    if not os.path.exists(file):
        name, password = os.environ.get("MONGO_INITDB_ROOT_USERNAME"), os.environ.get("MONGO_INITDB_ROOT_PASSWORD")
        with open(file, "w") as target:
            json.dump({name: password} if name and password else {}, target)
    with open(file) as source:
        return json.load(source)


def hello(command):
    mechanisms = {"saslSupportedMechs": ["SCRAM-SHA-256"]} if "saslSupportedMechs" in command else {}
    return {
        "helloOk": True, "ismaster": True, "isWritablePrimary": True, "maxBsonObjectSize": 16777216, "maxMessageSizeBytes": 48000000,
        "maxWriteBatchSize": 100000, "localTime": datetime.datetime.now(datetime.timezone.utc), "minWireVersion": 0, "maxWireVersion": 25,
        "readOnly": False, "ok": 1.0, **mechanisms,
    }


def failure(code, name, text):
    return {"ok": 0.0, "errmsg": text, "code": code, "codeName": name}


OPEN = {
    "hello": hello, "isMaster": hello, "ismaster": hello,
    "ping": lambda _: {"ok": 1.0},
    "buildInfo": lambda _: {"version": VERSION, "versionArray": [8, 0, 13, 0], "ok": 1.0},
    "endSessions": lambda _: {"ok": 1.0},
}


class Connection(socketserver.StreamRequestHandler):
    """One connection, with its login."""

    login = None
    user = None

    def handle(self):
        while True:
            head = self.rfile.read(16)
            if len(head) < 16:
                return
            length, request, _, code = struct.unpack("<iiii", head)
            body = self.rfile.read(length - 16)
            if code == OP_QUERY:
                start = body.index(b"\0", 4) + 9
                reply = bson.encode(self.answer(bson.decode(body[start:]), []))
                self.send(request, OP_REPLY, struct.pack("<iqii", 8, 0, 0, 1) + reply)
            elif code == OP_MSG:
                reply = bson.encode(self.answer(*sections(body[4:])))
                self.send(request, OP_MSG, struct.pack("<ib", 0, 0) + reply)
            else:
                return

    def send(self, request, code, body):
        self.wfile.write(struct.pack("<iiii", 16 + len(body), 0, request, code) + body)

    def answer(self, command, documents):
        name = next(iter(command))
        if name in OPEN:
            return OPEN[name](command)
        if name in ("saslStart", "saslContinue"):
            return self.log_in(name, command)
        if self.server.users and self.user is None:
            return failure(13, "Unauthorized", f"Command {name} requires authentication")
        found = self.server.store.run(name, command, documents)
        return found or failure(59, "CommandNotFound", f"no such command: '{name}'")

    def log_in(self, name, command):
        try:
            if name == "saslStart":
                self.login = Conversation(self.server.users)
                answer, done = self.login.first(bytes(command["payload"])), False
            else:
                answer, done = self.login.final(bytes(command["payload"])), True
                self.user = self.login.user
        except ValueError as error:
            return failure(18, "AuthenticationFailed", str(error))
        return {"conversationId": 1, "done": done, "payload": bson.Binary(answer), "ok": 1.0}


def sections(body):
    """The command of an OP_MSG and the documents that came beside it."""
    command, documents, at = {}, [], 0
    while at < len(body):
        kind, at = body[at], at + 1
        size = struct.unpack_from("<i", body, at)[0]
        if kind == 0:
            command = bson.decode(body[at:at + size])
        else:
            start = body.index(b"\0", at + 4) + 1
            documents += bson.decode_all(body[start:at + size])
        at += size
    return command, documents


class Server(socketserver.ThreadingTCPServer):
    """Threads die with the process."""

    allow_reuse_address = daemon_threads = True


def main():
    """Serves port 27017; arguments of the real program are taken and ignored."""
    server = Server(("0.0.0.0", 27017), Connection)
    server.store, server.users = Store(), read_users()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    print(f"stand-in for mongod {VERSION}: waiting for connections on port 27017", flush=True)
    server.serve_forever()


main()
