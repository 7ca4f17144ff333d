/**
 * Sets `state` to where Pilothouse keeps its state on a server: root's in `/var/lib/pilothouse`, a login's own below its home. A server
 * may say otherwise by `PILOTHOUSE_STATE_DIR` in the environment of its sessions; sudo drops that, as it does any such variable.
 */
export const stateScript = `
if [ -n "\${PILOTHOUSE_STATE_DIR:-}" ]; then
  state=$PILOTHOUSE_STATE_DIR
elif [ "$(id -u)" = 0 ]; then
  state=/var/lib/pilothouse
else
  state=\${XDG_STATE_HOME:-\${HOME:?}/.local/state}/pilothouse
fi
`;

/** Makes the state directory and prints its path. */
export const makeStateScript = `set -eu
${stateScript}
mkdir -p "$state"
printf '%s' "$state"
`;
