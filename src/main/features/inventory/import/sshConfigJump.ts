/** One hop of a `ProxyJump`; what is null is that of the hop's own configuration. */
export interface Hop {
  host: string;
  user: string | null;
  port: number | null;
}

/** Hops in the order in which they are passed; `[]` for `none`; null when ssh refuses the text. Source: readconf.c `parse_jump`, misc.c. */
export function parseHops(value: string): Hop[] | null {
  const text = value.replace(/#.*$/s, '').trimEnd();
  if (text.toLowerCase() === 'none') return [];
  const hops = text.split(',').map(parseHop);
  return hops.every((hop) => hop !== null) ? hops : null;
}

function parseHop(text: string): Hop | null {
  const uri = /^ssh:\/\/(.*)$/s.exec(text);
  const plain = uri === null ? text : (uri[1] ?? '').replace(/\/$/, '');
  const at = plain.lastIndexOf('@');
  const user = at < 0 ? null : plain.slice(0, at);
  if (user === '') return null;
  const place = /^(?:\[([^\]]+)\]|([^:/[\]]+))(?::(\d{1,5}))?$/s.exec(plain.slice(at + 1));
  const bare = plain.slice(at + 1);
  if (place === null) return null;
  const host = place[1] ?? place[2] ?? bare;
  const port = place[3] === undefined ? null : Number(place[3]);
  // An address in a URI is refused, brackets or not.
  if (uri !== null && !/^[A-Za-z0-9](?:\.?[A-Za-z0-9_-])*\.?$/.test(host)) return null;
  if (host === '' || (port !== null && (port < 1 || port > 65_535))) return null;
  return { host, user, port };
}

/** Hops as `ssh -G` writes them: all but the last as they stand in the file. */
export function writeHops(value: string, hops: readonly Hop[]): string {
  const last = hops.at(-1);
  if (last === undefined) return value;
  const host = /^[\d.]+$|:/.test(last.host) ? `[${last.host}]` : last.host;
  const before = value.lastIndexOf(',') < 0 ? '' : value.slice(0, value.lastIndexOf(',') + 1);
  return `${before}${last.user === null ? '' : `${last.user}@`}${host}${last.port === null ? '' : `:${last.port}`}`;
}
