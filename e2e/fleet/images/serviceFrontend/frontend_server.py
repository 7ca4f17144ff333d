"""Stand-in for the frontend of the AI service platform. API_URL: where its server asks the backend."""

import json
import os
import urllib.error
import urllib.request

from standInHttp import serve


def page(request):
    try:
        with urllib.request.urlopen(f"{os.environ['API_URL']}/health", timeout=5) as response:
            status = json.load(response)["status"]
    except urllib.error.HTTPError as error:
        status = json.load(error)["status"]
    except OSError as error:
        status = str(error)
    request.send(200, f"<!DOCTYPE html><title>Portal</title><p>backend: {status}</p>", "text/html; charset=utf-8")


print("stand-in for a frontend listens on", os.environ.get("PORT", "3000"), flush=True)
serve("0.0.0.0", int(os.environ.get("PORT", "3000")), {("GET", "/"): page}, lambda request: request.send(404, "404", "text/html"))
