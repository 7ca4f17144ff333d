#!/bin/bash
# Starts Ollama, pulls its model where that is missing, and loads it: the health check passes when it is in memory.
ollama serve &
server=$!
trap 'kill -TERM "$server"' TERM INT

until ollama list >/dev/null 2>&1; do
  kill -0 "$server" 2>/dev/null || exit 1
  sleep 0.2
done

# Nodes of one server keep their models in one place: one pulls, the others find it there.
until flock /root/.ollama/pull.lock sh -c 'ollama show "$OLLAMA_MODEL" >/dev/null 2>&1 || ollama pull "$OLLAMA_MODEL"'; do
  kill -0 "$server" 2>/dev/null || exit 1
  sleep 5
done
ollama run "$OLLAMA_MODEL" hello >/dev/null </dev/null

# Interrupted once by the signal that was passed on, then the end of the server itself.
wait "$server"
wait "$server"
