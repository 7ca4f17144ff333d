# Run by root only: makes the server's directory reachable whatever its parents allow, then goes on as a login that owns nothing
# on this machine, so that even a script that breaks out of its world meets files that it may not write.
# Arguments: directory of the server, uid, script of the world, directory of the stand-ins, host name, name of the first process.
set -eu
mount --bind "$4" "$1/standins"
mount --rbind "$1" /tmp
cd /tmp
exec setpriv --reuid "$2" --regid "$2" --clear-groups \
  unshare --user --map-root-user --mount --pid --uts --ipc --fork -- sh -c "$3" sh /tmp /tmp/standins "$5" "$6"
