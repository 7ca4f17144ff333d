"""The server's side of SCRAM-SHA-256. Source: https://www.rfc-editor.org/rfc/rfc7677"""

import base64
import hashlib
import hmac
import os

ITERATIONS = 15000


def keyed(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


class Conversation:
    """One login: `first` and `final` take what the client says and return the answer; both raise ValueError for a wrong one."""

    def __init__(self, users):
        self._users = users
        self._salt = os.urandom(28)

    def first(self, payload):
        bare = payload.decode().split(",", 2)[2]
        fields = dict(part.split("=", 1) for part in bare.split(","))
        self.user = fields["n"].replace("=2C", ",").replace("=3D", "=")
        self._nonce = fields["r"] + base64.b64encode(os.urandom(24)).decode()
        answer = f"r={self._nonce},s={base64.b64encode(self._salt).decode()},i={ITERATIONS}"
        self._spoken = f"{bare},{answer}"
        return answer.encode()

    def final(self, payload):
        without_proof, _, proof = payload.decode().rpartition(",p=")
        if f"r={self._nonce}" not in without_proof.split(",") or self.user not in self._users:
            raise ValueError("Authentication failed.")
        salted = hashlib.pbkdf2_hmac("sha256", self._users[self.user].encode(), self._salt, ITERATIONS)
        client_key = keyed(salted, b"Client Key")
        spoken = f"{self._spoken},{without_proof}".encode()
        signature = keyed(hashlib.sha256(client_key).digest(), spoken)
        wanted = bytes(a ^ b for a, b in zip(client_key, signature))
        if not hmac.compare_digest(wanted, base64.b64decode(proof)):
            raise ValueError("Authentication failed.")
        return b"v=" + base64.b64encode(keyed(keyed(salted, b"Server Key"), spoken))
