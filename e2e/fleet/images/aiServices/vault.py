"""Stand-in for Vault: sealed until it is opened with enough keys, a store of versions 2, and the client's words for both.

API as of https://developer.hashicorp.com/vault/api-docs/system, exit codes of `vault status` as of .../docs/commands/status. What it
keeps is not encrypted: it shows the order of things, not their strength.
"""

import argparse
import base64
import hashlib
import json
import os
import re
import secrets
import sys
import urllib.error
import urllib.request

from standInTools import below_init, serve_all

ADDRESS = os.environ.get("VAULT_ADDR", "http://127.0.0.1:8200")


class Store:
    """State in one file below the path of the storage stanza."""

    def __init__(self, path):
        self.file = os.path.join(path, "vault.json")
        self.given = []
        self.sealed = True

    def read(self):
        try:
            with open(self.file) as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    def write(self, state):
        with open(self.file + ".new", "w") as file:
            json.dump(state, file)
        os.replace(self.file + ".new", self.file)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def health(request):
    state = store.read()
    status = 200
    if state is None:
        status = int(request.query.get("uninitcode", 501))
    elif store.sealed:
        status = int(request.query.get("sealedcode", 503))
    request.send_json(status, {"initialized": state is not None, "sealed": store.sealed, "standby": store.sealed, "version": "1.21.4"})


def seal_status(request):
    state = store.read()
    request.send_json(200, seal_state(state))


def seal_state(state):
    threshold, shares = (state["threshold"], len(state["keys"])) if state else (0, 0)
    return {"type": "shamir", "initialized": state is not None, "sealed": store.sealed, "t": threshold, "n": shares, "progress": len(store.given), "version": "1.21.4", "storage_type": "raft"}


def init(request):
    if store.read() is not None:
        request.send_json(400, {"errors": ["Vault is already initialized"]})
        return
    body = request.json()
    keys = [secrets.token_bytes(33) for _ in range(body["secret_shares"])]
    token = "hvs." + secrets.token_urlsafe(18)
    encoded = [base64.b64encode(key).decode() for key in keys]
    store.write({"keys": [digest(key) for key in encoded], "threshold": body["secret_threshold"], "token": digest(token), "mounts": [], "data": {}})
    request.send_json(200, {"keys": [key.hex() for key in keys], "keys_base64": encoded, "root_token": token})


def unseal(request):
    state, key = store.read(), request.json().get("key", "")
    if state is None or digest(key) not in state["keys"]:
        request.send_json(400, {"errors": ["'key' must be a valid hex or base64 string"]})
        return
    if store.sealed and key not in store.given:
        store.given.append(key)
        if len(store.given) >= state["threshold"]:
            store.sealed, store.given = False, []
    request.send_json(200, seal_state(state))


def others(request):
    """Mounts and secrets, for who has the token, while it is open."""
    if store.sealed:
        request.send_json(503, {"errors": ["Vault is sealed"]})
        return
    state = store.read()
    if digest(request.headers.get("x-vault-token") or "") != state["token"]:
        request.send_json(403, {"errors": ["permission denied"]})
        return
    mount = re.fullmatch(r"/v1/sys/mounts/([\w-]+)", request.path)
    secret = re.fullmatch(r"/v1/([\w-]+)/data/(.+)", request.path)
    if mount and request.method == "POST":
        store.write({**state, "mounts": [*state["mounts"], mount[1]]})
        request.send(204, "", "application/json")
    elif secret and secret[1] in state["mounts"] and request.method in ("POST", "PUT"):
        versions = [*state["data"].get(secret[2], []), request.json()["data"]]
        store.write({**state, "data": {**state["data"], secret[2]: versions}})
        request.send_json(200, {"data": {"version": len(versions)}})
    elif secret and secret[2] in state["data"]:
        versions = state["data"][secret[2]]
        request.send_json(200, {"data": {"data": versions[-1], "metadata": {"version": len(versions)}}})
    else:
        request.send_json(404, {"errors": []})


def ask(path, body=None):
    """One question of the client; ends the program where nobody answers or the answer is no."""
    headers = {"X-Vault-Token": os.environ.get("VAULT_TOKEN", "")}
    call = urllib.request.Request(f"{ADDRESS}/v1/{path}", None if body is None else json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(call, timeout=5) as answer:
            return json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        sys.stderr.write(f"Error making API request.\n\nURL: {ADDRESS}/v1/{path}\nCode: {error.code}. Errors:\n\n* {error.read().decode()}\n")
        sys.exit(2)
    except OSError as error:
        sys.stderr.write(f"Error checking seal status: {error}\n")
        sys.exit(1)


def show(state):
    print("Key             Value\n---             -----")
    for name in ("type", "initialized", "sealed", "n", "t", "version", "storage_type"):
        print(f"{name:<15} {str(state[name]).lower() if isinstance(state[name], bool) else state[name]}")


def client(words):
    flags = dict(word.lstrip("-").split("=", 1) for word in words if word.startswith("-") and "=" in word)
    plain = [word for word in words if not word.startswith("-")]
    if plain == ["status"]:
        state = ask("sys/seal-status")
        show(state)
        sys.exit(2 if state["sealed"] else 0)
    if plain == ["operator", "init"]:
        answer = ask("sys/init", {"secret_shares": int(flags.get("key-shares", 5)), "secret_threshold": int(flags.get("key-threshold", 3))})
        if flags.get("format") == "json":
            print(json.dumps({"unseal_keys_b64": answer["keys_base64"], "root_token": answer["root_token"]}, indent=2))
        else:
            print("".join(f"Unseal Key {at}: {key}\n" for at, key in enumerate(answer["keys_base64"], 1)) + f"\nInitial Root Token: {answer['root_token']}")
    elif plain[:2] == ["operator", "unseal"]:
        # Without a key it asks for one, so that none stands in a list of processes.
        show(ask("sys/unseal", {"key": plain[2] if len(plain) > 2 else sys.stdin.readline().strip()}))
    elif plain[:2] == ["secrets", "enable"]:
        ask(f"sys/mounts/{flags.get('path', plain[2])}", {"type": plain[2], "options": {"version": "2"}})
        print(f"Success! Enabled the {plain[2]} secrets engine at: {flags.get('path', plain[2])}/")
    elif plain[:2] == ["kv", "put"]:
        ask(f"{flags['mount']}/data/{plain[2]}", {"data": dict(word.split("=", 1) for word in plain[3:])})
    elif plain[:2] == ["kv", "get"]:
        print(ask(f"{flags['mount']}/data/{plain[2]}")["data"]["data"].get(flags.get("field", ""), ""))
    else:
        sys.exit(f"Usage: vault <command> [args]: {' '.join(words)}")


if sys.argv[1:2] != ["server"]:
    client(sys.argv[1:])
    sys.exit(0)
parser = argparse.ArgumentParser()
parser.add_argument("-config", default="/vault/config/vault.hcl")
with open(parser.parse_args(sys.argv[2:]).config) as source:
    config = source.read()
place = re.search(r'storage\s+"raft"\s*\{[^}]*path\s*=\s*"([^"]+)"', config)
if not place:
    sys.exit("Error parsing configuration: a storage stanza is needed")
below_init()
store = Store(place[1])
os.makedirs(place[1], exist_ok=True)
print(f"==> Vault server configuration:\n\n                 Storage: raft ({place[1]})\n\n==> Vault server started! Log data will stream in below:", flush=True)
ROUTES = {
    ("GET", "/v1/sys/health"): health, ("GET", "/v1/sys/seal-status"): seal_status, ("PUT", "/v1/sys/init"): init, ("POST", "/v1/sys/init"): init,
    ("PUT", "/v1/sys/unseal"): unseal, ("POST", "/v1/sys/unseal"): unseal,
}
serve_all({8200: (ROUTES, others)})
