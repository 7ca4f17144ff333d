import type { RemoteServer } from '../../../remote/remote.ts';
import type { Resolve } from './dnsProbe.ts';

/** Asks for records on the server, by what is there: `getent` for addresses, else `dig` or `nslookup`. Exit 2: no answer; 3: no program. */
const script = `set -u
LC_ALL=C
export LC_ALL
have() { command -v "$1" >/dev/null 2>&1; }
if have dig; then
  found=$(dig +short +time=3 +tries=2 "$PH_TYPE" "$PH_NAME") || exit 2
  printf '%s\\n' "$found" | grep -v '^;'
  exit 0
fi
case $PH_TYPE in
  A) if have getent; then getent ahostsv4 "$PH_NAME" | awk '{ print $1 }' | sort -u; exit 0; fi ;;
  AAAA) if have getent; then getent ahostsv6 "$PH_NAME" | awk '$1 ~ /:/ && $1 !~ /^::ffff:/ { print $1 }' | sort -u; exit 0; fi ;;
esac
have nslookup || exit 3
nslookup "-type=$PH_TYPE" "$PH_NAME" 2>/dev/null | awk -v type="$PH_TYPE" '
  /^Name:/ || /canonical name/ || /text =/ { answer = 1 }
  answer && (type == "A" || type == "AAAA") && /^Address/ { print $NF }
  type == "CNAME" && /canonical name =/ { print $NF }
  type == "TXT" && /text =/ { sub(/.*text = /, ""); print }'
exit 0
`;

/** Resolves names as the server does. */
export function serverResolve(remote: Pick<RemoteServer, 'exec'>): Resolve {
  return async (name, type, signal) => {
    const { exitCode, stdout } = await remote.exec({ script, env: { PH_NAME: name, PH_TYPE: type }, lane: 'control', timeoutMs: 30_000, signal });
    if (exitCode === 3) throw new Error('the server has nothing to ask for such records with: neither dig nor nslookup');
    if (exitCode !== 0) throw new Error('no name server answers there');
    const lines = stdout.split('\n').map((line) => line.trim());
    return lines.filter((line) => line !== '').map((line) => (type === 'TXT' ? line.replaceAll(/^"|"$/g, '').replaceAll('" "', '') : line));
  };
}
