"""Holds a shell under a pseudo-terminal, so that it outlives the connection that opened it.

  holder.py hold DIRECTORY COLS ROWS [SCRIPT]   starts the shell and the holder; returns once it can be attached to
  holder.py attach DIRECTORY                    stands between standard input and output and the holder; 66: it is gone

Frames, both ways: one letter, four bytes of length (big end first), the payload. To the holder: h (first: the offset from which output is
wanted, or "-" for all that is held), a (output is taken up to this offset), i (input), r ("COLS ROWS"), k (end the shell). From it: s ("BEGIN
END": what is held), g (so many bytes are no longer held), o (output), c (output that came while the terminal was in line mode: what it asks of
a terminal is not meant), x (exit code, or "-" after a signal).

No more than WINDOW bytes go out that were not taken, and the program is held back meanwhile. Who takes nothing and says nothing for STALLED_S
seconds holds nothing back any more.
"""
import errno
import fcntl
import os
import pty
import select
import shutil
import signal
import socket
import struct
import sys
import termios
import time

HELD = 2 * 1024 * 1024
WINDOW = 128 * 1024
CHUNK = 32 * 1024
MOST_TYPED = 256 * 1024
STALLED_S = 10
KEPT_S = 600
LOOK_S = 20
ENDING_S = 3
AGAIN = (errno.EAGAIN, errno.EINTR)


def frame(kind, payload):
    return kind + struct.pack('>I', len(payload)) + payload


def set_size(fd, cols, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, cols, 0, 0))


def greet():
    """What a login says of the day: sshd says it only where it made the terminal itself."""
    if os.path.exists('.hushlogin'):
        return
    for path in ('/run/motd.dynamic', '/etc/motd'):
        try:
            with open(path, 'rb') as motd:
                os.write(1, motd.read(16384).replace(b'\n', b'\r\n'))
        except OSError:
            pass


def start_shell(cols, rows, script):
    pid, master = pty.fork()
    if pid:
        return pid, master
    for number in (signal.SIGHUP, signal.SIGPIPE, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    set_size(0, cols, rows)
    os.environ['TERM'] = 'xterm-256color'
    try:
        os.chdir(os.environ.get('HOME', '/'))
    except OSError:
        os.chdir('/')
    shell = os.environ.get('SHELL') or '/bin/sh'
    if script:
        os.execv('/bin/sh', ['sh', '-c', script])
    greet()
    os.execv(shell, ['-' + os.path.basename(shell)])


def hold(directory, cols, rows, script):
    os.umask(0o077)
    os.makedirs(directory, exist_ok=True)
    os.chdir(directory)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind('socket')
    listener.listen(8)
    if os.fork():
        os._exit(0)
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    nothing = os.open('/dev/null', os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    pid, master = start_shell(cols, rows, script)
    try:
        Holder(listener, pid, master).serve()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class Client:
    def __init__(self, sock):
        self.sock = sock
        self.input = bytearray()
        self.out = bytearray()
        self.at = None
        self.taken = 0
        self.told_end = False
        self.heard = time.monotonic()


class Holder:
    def __init__(self, listener, pid, master):
        self.listener, self.pid, self.master = listener, pid, master
        os.set_blocking(master, False)
        listener.setblocking(False)
        self.held, self.base = bytearray(), 0
        # From which offset on the terminal was in line mode, or no longer.
        self.modes = [(0, True)]
        self.typed = bytearray()
        self.clients = []
        self.ended = None
        self.ended_at = self.ending_at = 0
        self.told = False
        self.looked = time.monotonic()

    @property
    def end(self):
        return self.base + len(self.held)

    def serve(self):
        while not (self.ended is not None and ((self.told and not self.clients) or time.monotonic() - self.ended_at > KEPT_S)):
            self.turn()

    def turn(self):
        now = time.monotonic()
        behind = any(c.at is not None and self.end - c.taken >= WINDOW and now - c.heard < STALLED_S for c in self.clients)
        reads = [self.listener] + [c.sock for c in self.clients if len(self.typed) < MOST_TYPED]
        writes = [c.sock for c in self.clients if c.out or self.wants(c)]
        if self.master is not None:
            if not behind:
                reads.append(self.master)
            if self.typed:
                writes.append(self.master)
        soon = behind or self.ended is not None or self.ending_at
        readable, writable, _ = select.select(reads, writes, [], 1 if soon else LOOK_S)
        if time.monotonic() - self.looked >= LOOK_S:
            self.look()
        if self.master is not None and self.master in writable:
            self.type()
        if self.master is not None and self.master in readable:
            self.read()
        if self.ending_at and self.master is not None and time.monotonic() - self.ending_at > ENDING_S:
            os.kill(self.pid, signal.SIGKILL)
            self.over()
        for client in list(self.clients):
            gone = client.sock in readable and not self.receive(client)
            gone = gone or (client.sock in writable and not self.send(client))
            if client.told_end and not client.out:
                self.told = gone = True
            if gone:
                client.sock.close()
                self.clients.remove(client)
        if self.listener in readable:
            self.accept()

    def look(self):
        """Where its socket was removed nobody can come back: the shell ends as when its terminal is closed."""
        self.looked = time.monotonic()
        if not os.path.exists('socket') and not self.clients:
            self.told = True
            self.end_shell()

    def wants(self, client):
        if client.at is None:
            return False
        if client.at < self.end:
            return client.at - client.taken < WINDOW
        return self.ended is not None and not client.told_end

    def accept(self):
        try:
            sock, _ = self.listener.accept()
        except OSError:
            return
        sock.setblocking(False)
        self.clients.append(Client(sock))

    def read(self):
        try:
            got = os.read(self.master, CHUNK)
        except OSError as error:
            if error.errno in AGAIN:
                return
            got = b''
        if not got:
            self.over()
            return
        by_lines = bool(termios.tcgetattr(self.master)[3] & termios.ICANON)
        if by_lines != self.modes[-1][1]:
            self.modes.append((self.end, by_lines))
        self.held += got
        if len(self.held) > HELD:
            over = len(self.held) - HELD
            self.base += over
            del self.held[:over]
            while len(self.modes) > 1 and self.modes[1][0] <= self.base:
                del self.modes[0]

    def over(self):
        os.close(self.master)
        self.master = None
        _, status = os.waitpid(self.pid, 0)
        self.ended = str(os.WEXITSTATUS(status)) if os.WIFEXITED(status) else '-'
        self.ended_at = time.monotonic()

    def type(self):
        try:
            del self.typed[: os.write(self.master, bytes(self.typed[:4096]))]
        except OSError as error:
            if error.errno not in AGAIN:
                self.typed.clear()

    def receive(self, client):
        try:
            got = client.sock.recv(CHUNK)
        except OSError as error:
            return error.errno in AGAIN
        if not got:
            return False
        client.heard = time.monotonic()
        client.input += got
        while len(client.input) >= 5:
            length = struct.unpack('>I', client.input[1:5])[0]
            if length > 1024 * 1024:
                return False
            if len(client.input) < 5 + length:
                break
            kind, payload = chr(client.input[0]), bytes(client.input[5 : 5 + length])
            del client.input[: 5 + length]
            self.obey(client, kind, payload)
        return True

    def obey(self, client, kind, payload):
        if kind == 'h':
            client.out += frame(b's', b'%d %d' % (self.base, self.end))
            client.at = client.taken = min(self.base if payload == b'-' else int(payload), self.end)
        elif kind == 'a':
            client.taken = max(client.taken, int(payload))
        elif kind == 'i':
            self.typed += payload
        elif kind == 'r' and self.master is not None:
            cols, rows = payload.split()
            set_size(self.master, int(cols), int(rows))
        elif kind == 'k':
            self.end_shell()

    def end_shell(self):
        if self.master is None or self.ending_at:
            return
        self.ending_at = time.monotonic()
        try:
            os.killpg(self.pid, signal.SIGHUP)
        except OSError:
            pass

    def mode_at(self, offset):
        """Whether the terminal was in line mode there, and up to which offset that held."""
        until = self.end
        for since, by_lines in reversed(self.modes):
            if since <= offset:
                return by_lines, until
            until = since
        return True, until

    def send(self, client):
        if not client.out and client.at is not None:
            if client.at < self.base:
                client.out += frame(b'g', b'%d' % (self.base - client.at))
                client.at = client.taken = self.base
            by_lines, until = self.mode_at(client.at)
            chunk = bytes(self.held[client.at - self.base : min(until, client.at + CHUNK) - self.base])
            if chunk:
                client.out += frame(b'c' if by_lines else b'o', chunk)
                client.at += len(chunk)
            elif self.ended is not None and not client.told_end:
                client.out += frame(b'x', self.ended.encode())
                client.told_end = True
        try:
            sent = client.sock.send(client.out)
        except OSError as error:
            return error.errno in AGAIN
        del client.out[:sent]
        return True


def attach(directory):
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.chdir(directory)
        sock.connect('socket')
    except OSError:
        if os.path.exists('socket'):
            shutil.rmtree(directory, ignore_errors=True)
        sys.exit(66)
    # Both ways at once: a paste that the shell does not take must not stop its output, nor the other way round.
    to_us, to_holder = bytearray(), bytearray()
    listens = True
    while True:
        reads = ([sock] if len(to_us) < CHUNK else []) + ([0] if listens and len(to_holder) < CHUNK else [])
        writes = ([1] if to_us else []) + ([sock] if to_holder else [])
        readable, writable, _ = select.select(reads, writes, [])
        # No more than a pipe takes at once, so that writing never waits.
        if 1 in writable:
            del to_us[: os.write(1, bytes(to_us[:4096]))]
        if sock in writable:
            try:
                del to_holder[: sock.send(to_holder[:4096])]
            except OSError:
                # It has said its last words, which are still to be read.
                listens = False
                to_holder.clear()
        if 0 in readable:
            got = os.read(0, CHUNK)
            if not got:
                return
            if listens:
                to_holder += got
        if sock in readable:
            try:
                got = sock.recv(CHUNK)
            except OSError:
                got = b''
            to_us += got
            if not got:
                while to_us:
                    del to_us[: os.write(1, bytes(to_us))]
                return


if sys.argv[1] == 'hold':
    hold(os.path.abspath(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), ''.join(sys.argv[5:6]))
else:
    try:
        attach(os.path.abspath(sys.argv[2]))
    except OSError:
        pass
