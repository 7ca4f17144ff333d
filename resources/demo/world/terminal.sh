# First process on a new pseudo-terminal: says which one it is, so that its size can be changed from outside, then becomes what the
# channel asked for. Environment: DEMO_TTY_FILE, DEMO_ROWS, DEMO_COLS, DEMO_COMMAND (empty: the login shell).
stty sane rows "$DEMO_ROWS" cols "$DEMO_COLS" 2>/dev/null
tty >"$DEMO_TTY_FILE.new" && mv "$DEMO_TTY_FILE.new" "$DEMO_TTY_FILE"
command=$DEMO_COMMAND
unset DEMO_ROWS DEMO_COLS DEMO_COMMAND DEMO_TTY_FILE
cd "$HOME" 2>/dev/null || cd /
if [ -n "$command" ]; then exec "$SHELL" -c "$command"; fi
if [ -r "${DEMO_ROOT-}/etc/motd" ]; then cat "${DEMO_ROOT-}/etc/motd"; fi
if command -v bash >/dev/null 2>&1; then exec bash --noprofile --rcfile "${DEMO_ROOT-}/etc/profile" -i; fi
ENV=${DEMO_ROOT-}/etc/profile
export ENV
exec sh -i
