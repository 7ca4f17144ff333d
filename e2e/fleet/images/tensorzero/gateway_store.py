"""What the gateway stand-in records in ClickHouse: the two tables of its documentation that hold inferences.

Source: https://github.com/tensorzero/tensorzero/blob/main/docs/gateway/data-model.mdx
"""

import json
import os
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

TABLES = (
    "CREATE TABLE IF NOT EXISTS ChatInference (id UUID, function_name LowCardinality(String), variant_name"
    " LowCardinality(String), episode_id UUID, input String, output String, tool_params String, inference_params String,"
    " processing_time_ms Nullable(UInt32), timestamp DateTime, tags Map(String, String), ttft_ms Nullable(UInt32))"
    " ENGINE = MergeTree ORDER BY (function_name, variant_name, episode_id)",
    "CREATE TABLE IF NOT EXISTS ModelInference (id UUID, inference_id UUID, raw_request String, raw_response String,"
    " model_name LowCardinality(String), model_provider_name LowCardinality(String), input_tokens Nullable(UInt32),"
    " output_tokens Nullable(UInt32), response_time_ms Nullable(UInt32), timestamp DateTime, ttft_ms Nullable(UInt32))"
    " ENGINE = MergeTree ORDER BY inference_id",
)


class StoreError(Exception):
    """ClickHouse did not do what it was asked."""


def uuid7():
    """A time-ordered UUID, as all of the gateway's ids are."""
    value = (int(time.time() * 1000) << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))


class Store:
    """One ClickHouse database, from an address such as http://user:password@host:8123/tensorzero."""

    def __init__(self, address):
        parts = urllib.parse.urlsplit(address)
        self._base = f"{parts.scheme}://{parts.hostname}:{parts.port or 8123}"
        self._user = urllib.parse.unquote(parts.username or "default")
        self._password = urllib.parse.unquote(parts.password or "")
        self._database = parts.path.strip("/") or "default"

    def _send(self, sql, database):
        call = urllib.request.Request(f"{self._base}/?database={database}", data=sql.encode())
        call.add_header("X-ClickHouse-User", self._user)
        call.add_header("X-ClickHouse-Key", self._password)
        try:
            with urllib.request.urlopen(call, timeout=5) as response:
                return response.read().decode()
        except urllib.error.HTTPError as error:
            raise StoreError(error.read().decode()) from error
        except OSError as error:
            raise StoreError(str(error)) from error

    def migrate(self):
        """Makes database and tables where they are missing, as the real gateway does at each start."""
        self._send(f"CREATE DATABASE IF NOT EXISTS {self._database}", "default")
        for table in TABLES:
            self._send(table, self._database)

    def healthy(self):
        """Whether ClickHouse answers a query of this user."""
        try:
            return self._send("SELECT 1", self._database).strip() == "1"
        except StoreError:
            return False

    def record(self, call):
        """Writes one row to each table about a finished call (a dict made by the gateway)."""
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        target = call["target"]
        chat = {
            "id": call["id"], "function_name": target.function, "variant_name": target.variant,
            "episode_id": call["episode_id"], "input": json.dumps({"messages": call["messages"]}),
            "output": json.dumps([{"type": "text", "text": call["text"]}]), "tool_params": "",
            "inference_params": json.dumps({"chat_completion": call["parameters"]}),
            "processing_time_ms": call["took_ms"], "timestamp": stamp, "tags": call["tags"], "ttft_ms": call["ttft_ms"],
        }
        model = {
            "id": uuid7(), "inference_id": call["id"], "raw_request": json.dumps(call["request"]),
            "raw_response": call["raw"], "model_name": target.model, "model_provider_name": target.provider,
            "input_tokens": call["usage"]["prompt_tokens"], "output_tokens": call["usage"]["completion_tokens"],
            "response_time_ms": call["took_ms"], "timestamp": stamp, "ttft_ms": call["ttft_ms"],
        }
        self._send("INSERT INTO ChatInference FORMAT JSONEachRow\n" + json.dumps(chat), self._database)
        self._send("INSERT INTO ModelInference FORMAT JSONEachRow\n" + json.dumps(model), self._database)
