/**
 * A stand-in for sudo as a shell script, for logins that are root already: give it to a test sshd as a program, together with an `id`
 * that says otherwise until sudo has run. It writes a line to `sudo-tries` in the login's home for
 * each password it is given, takes the options that Pilothouse uses and behaves as sudo 1.9 does with them.
 */
export function standInSudo(behaviour: { password?: string; cached?: boolean; refuses?: boolean; wantsTerminal?: boolean }): Readonly<Record<string, string>> {
  return {
    id: '#!/bin/sh\n[ "$1" = -u ] && [ -z "$STAND_IN_ROOT" ] && { echo 1000; exit; }\nexec /usr/bin/id "$@"\n',
    sudo: `#!/bin/sh
prompt= ask=
while :; do
  case $1 in
    -n) ask=never; shift ;;
    -S) ask=stdin; shift ;;
    -p) prompt=$2; shift 2 ;;
    -H) shift ;;
    --) shift; break ;;
    *) break ;;
  esac
done
echo 'sudo: unable to resolve host stand-in' >&2
${behaviour.wantsTerminal === true ? 'echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1' : ''}
${behaviour.refuses === true ? 'echo "ada is not in the sudoers file." >&2; exit 1' : ''}
${
  behaviour.password === undefined || behaviour.cached === true
    ? ''
    : `[ "$ask" = stdin ] || { echo 'sudo: a password is required' >&2; exit 1; }
for attempt in 1 2 3; do
  printf %s "$prompt" >&2
  read -r given || exit 1
  echo try >>"$HOME/sudo-tries"
  [ "$given" = '${behaviour.password}' ] && break
  echo 'Sorry, try again.' >&2
  [ $attempt != 3 ] || { echo 'sudo: 3 incorrect password attempts' >&2; exit 1; }
done`
}
STAND_IN_ROOT=1 exec "$@"
`,
  };
}
