"""Stand-in for Weaviate: readiness, schema, objects, the GraphQL of a nearest search and a count, backups to a folder.

Source: https://docs.weaviate.io/weaviate/api/rest and https://docs.weaviate.io/deploy/configuration/backups
"""

import json
import os
import re

from standInHttp import serve
from weaviate_store import Refused, Store

VERSION = "1.32.0"
MODULES = [name for name in os.environ.get("ENABLE_MODULES", "").split(",") if name]
store = Store(os.environ.get("PERSISTENCE_DATA_PATH", "./data"), os.environ.get("BACKUP_FILESYSTEM_PATH", "/tmp/backups"))


def failure(request, status, text):
    request.send_json(status, {"error": [{"message": text}]})


def allowed(request):
    """Whether the request may pass: anonymous ones unless that is off, then those with one of the keys."""
    if os.environ.get("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED", "true") == "true":
        return True
    keys = os.environ.get("AUTHENTICATION_APIKEY_ALLOWED_KEYS", "").split(",")
    return (request.headers.get("authorization") or "").removeprefix("Bearer ") in keys


def graphql(request):
    query = request.json()["query"]
    counted = re.search(r"Aggregate\s*\{\s*(\w+)\s*\{\s*meta\s*\{\s*count", query)
    if counted:
        name = counted.group(1)
        request.send_json(200, {"data": {"Aggregate": {name: [{"meta": {"count": len(store.objects(name))}}]}}})
        return
    near = re.search(r"Get\s*\{\s*(\w+)\s*\(.*vector\s*:\s*(\[[^\]]*\])", query, re.DOTALL)
    if near is None:
        request.send_json(200, {"errors": [{"message": "the stand-in knows Aggregate with meta.count and Get with nearVector"}]})
        return
    limit = re.search(r"limit\s*:\s*(\d+)", query)
    found = store.nearest(near.group(1), json.loads(near.group(2)), int(limit.group(1)) if limit else 10)
    values = [{**each["properties"], "_additional": {"id": each["id"], "distance": each["distance"]}} for each in found]
    request.send_json(200, {"data": {"Get": {near.group(1): values}}})


def backup(request, identity, action):
    if "backup-filesystem" not in MODULES:
        failure(request, 422, "no backup backend 'filesystem', did you enable the right module?")
    elif request.method == "POST":
        classes = (store.restore if action else store.save)(identity)
        request.send_json(200, {"backend": "filesystem", "id": identity, "path": f"{store.backups}/{identity}", "classes": classes, "status": "STARTED"})
    else:
        request.send_json(200, {"backend": "filesystem", "id": identity, "path": f"{store.backups}/{identity}", "status": "SUCCESS"})


def add_class(request):
    store.add_class(request.json())
    request.send_json(200, request.json())


def list_objects(request):
    found = store.objects(request.query.get("class", ""))[:int(request.query.get("limit", 25))]
    request.send_json(200, {"deprecations": [], "objects": found, "totalResults": len(found)})


def drop_class(request, name):
    store.drop_class(name)
    request.send(200, "", "application/json")


FIXED = {
    ("GET", "/v1/meta"): lambda request: request.send_json(200, {"hostname": "http://[::]:8080", "modules": {name: {} for name in MODULES}, "version": VERSION}),
    ("GET", "/v1/schema"): lambda request: request.send_json(200, {"classes": store.classes()}),
    ("POST", "/v1/schema"): add_class,
    ("GET", "/v1/objects"): list_objects,
    ("POST", "/v1/objects"): lambda request: request.send_json(200, store.add_object(request.json())),
    ("POST", "/v1/graphql"): graphql,
    ("POST", "/v1/backups/filesystem"): lambda request: backup(request, request.json()["id"], False),
}
SHAPED = [
    ("DELETE", r"/v1/schema/(\w+)", drop_class),
    ("GET", r"/v1/backups/filesystem/([a-z0-9_-]+)(/restore)?", backup),
    ("POST", r"/v1/backups/filesystem/([a-z0-9_-]+)(/restore)", backup),
]


def route(request):
    if request.path in ("/v1/.well-known/ready", "/v1/.well-known/live"):
        request.send(200, "", "application/json")
        return
    if not allowed(request):
        failure(request, 401, "anonymous access not enabled, please provide an auth scheme such as OIDC")
        return
    method = "GET" if request.method == "HEAD" else request.method
    try:
        if (method, request.path) in FIXED:
            FIXED[(method, request.path)](request)
            return
        for wanted, shape, function in SHAPED:
            match = re.fullmatch(shape, request.path)
            if match and wanted == method:
                function(request, *match.groups())
                return
        request.send_json(404, {"code": 404, "message": f"path {request.path} was not found"})
    except Refused as error:
        failure(request, 422, str(error))


print(f'{{"level":"info","msg":"stand-in for Weaviate {VERSION}, serving at http://[::]:8080"}}', flush=True)
serve("0.0.0.0", 8080, {}, route)
