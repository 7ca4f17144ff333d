#!/bin/sh
# Starts the image's program; a command that names another program is run instead, as in the real images.
set -eu
case "${1:-}" in
  sh | bash | python | python3 | "$FLEET_PROGRAM") exec "$@" ;;
  *) exec "$FLEET_PROGRAM" "$@" ;;
esac
