"""A Redis client in as many lines as the stand-ins need: one command over one connection."""

import socket
import urllib.parse


def call(url, *words):
    """Runs one command at `redis://:PASSWORD@HOST:PORT` and returns its reply as text, number or None; raises OSError."""
    parts = urllib.parse.urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port or 6379), timeout=3) as connection:
        with connection.makefile("rwb") as stream:
            if parts.password:
                send(stream, "AUTH", urllib.parse.unquote(parts.password))
            return send(stream, *words)


def send(stream, *words):
    """Writes a command and reads its reply; an error of the server becomes an OSError."""
    stream.write(b"*%d\r\n" % len(words))
    for word in words:
        data = str(word).encode()
        stream.write(b"$%d\r\n%s\r\n" % (len(data), data))
    stream.flush()
    line = stream.readline().decode().rstrip("\r\n")
    kind, text = line[:1], line[1:]
    if kind == "-" or kind == "":
        raise OSError(text or "the connection was closed")
    if kind == ":":
        return int(text)
    if kind == "$":
        if text == "-1":
            return None
        data = stream.read(int(text))
        stream.read(2)
        return data.decode()
    return text
