import type { ImportEntry } from '../../../shared/contract/servers.ts';
import { wildcardMatches } from '../../../shared/model/selector.ts';
import { type Environment, type Server, type ServerFields, serverFieldsSchema } from '../../../shared/model/server.ts';
import type { ConfigSection } from './sshConfigFiles.ts';

/** What an import is compared with. */
export interface ImportContext {
  existing: readonly Server[];
  homeDirectory: string;
  localUser: string;
}

/** Settings that change nothing here: Pilothouse has its own way for what they tune. */
const withoutEffect = new Set(
  (
    'addkeystoagent addressfamily batchmode checkhostip clearallforwardings compression connectionattempts connecttimeout controlmaster controlpath ' +
    'controlpersist escapechar exitonforwardfailure fingerprinthash forwardx11 forwardx11trusted gatewayports hashknownhosts identitiesonly ignoreunknown ' +
    'ipqos loglevel nohostauthenticationforlocalhost numberofpasswordprompts passwordauthentication permitlocalcommand preferredauthentications ' +
    'pubkeyauthentication requesttty sendenv serveralivecountmax serveraliveinterval setenv streamlocalbindunlink tcpkeepalive updatehostkeys usekeychain ' +
    'verifyhostkeydns visualhostkey xauthlocation'
  ).split(' '),
);
const understood = new Set(['hostname', 'port', 'user', 'identityfile', 'proxyjump']);
/** Without these the server is not reached, or not the same one. */
const indispensable = new Set([
  'proxycommand',
  'bindinterface',
  'bindaddress',
  'pkcs11provider',
  'securitykeyprovider',
  'certificatefile',
  'canonicalizehostname',
]);

/** Entries of the configuration, one per host that is named without wildcards, in order of their first mention. */
export function importEntries(sections: readonly ConfigSection[], context: ImportContext): ImportEntry[] {
  const names = new Map<string, string>();
  for (const { hosts, file } of sections) {
    for (const pattern of hosts.at(-1) ?? []) if (!/[*?!]/.test(pattern) && !names.has(pattern)) names.set(pattern, file);
  }
  const known = new Set([...names.keys(), ...context.existing.map(({ name }) => name)]);
  return [...names].map(([alias, file]) => entry(alias, file, sections, context, known));
}

function entry(alias: string, file: string, sections: readonly ConfigSection[], context: ImportContext, known: ReadonlySet<string>): ImportEntry {
  const { settings, keys, notes } = settingsOf(alias, sections);
  const problems: string[] = [];
  for (const [keyword, value] of settings) judge(keyword, value, problems, notes);
  const host = expand(settings.get('hostname') ?? alias, { h: alias });
  const user = settings.get('user') ?? context.localUser;
  const auth = authOf(keys, { h: host ?? alias, r: user, u: context.localUser, d: context.homeDirectory, home: context.homeDirectory }, notes);
  const jump = jumpOf(settings.get('proxyjump'), known, problems);
  if (host === null) problems.push(`HostName has tokens that are not honoured: ${settings.get('hostname')}`);
  const candidate = {
    name: alias,
    host: host ?? alias,
    port: Number(settings.get('port') ?? 22),
    user,
    auth,
    jump,
    environment: environmentOf(alias, notes),
    tags: [],
    groups: [],
    sudo: user === 'root' ? 'none' : 'nopasswd',
  };
  const parsed = serverFieldsSchema.safeParse(candidate);
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  if (problems.length > 0 || !parsed.success) return { status: 'unsupported', fields: null, source: file, notes: [...problems, ...notes] };
  return compared(parsed.data, file, notes, context.existing);
}

/** Names what of a setting cannot be honoured: a problem where the server would not be reached without it. */
function judge(keyword: string, value: string, problems: string[], notes: string[]): void {
  const isOff = /^(none|no|off)$/i.test(value);
  if (understood.has(keyword) || withoutEffect.has(keyword)) return;
  if (keyword === 'stricthostkeychecking') {
    if (isOff) notes.push('StrictHostKeyChecking is not honoured: host keys are always verified');
  } else if (indispensable.has(keyword) && !isOff) {
    problems.push(`${keyword} cannot be honoured: ${value}`);
  } else if (!isOff) {
    notes.push(`${keyword} is not honoured: ${value}`);
  }
}

/** The first value of each keyword wins, as in ssh; `IdentityFile` adds up. */
function settingsOf(alias: string, sections: readonly ConfigSection[]): { settings: Map<string, string>; keys: string[]; notes: string[] } {
  const settings = new Map<string, string>();
  const keys: string[] = [];
  const notes = new Set<string>();
  for (const section of sections) {
    if (!section.hosts.every((patterns) => hostMatches(patterns, alias))) continue;
    if (section.match !== null && section.match.trim().toLowerCase() !== 'all') {
      notes.add(`a block is left out, because its condition is not evaluated: Match ${section.match}`);
      continue;
    }
    for (const { keyword, value } of section.settings) {
      if (keyword === 'identityfile') keys.push(value);
      else if (!settings.has(keyword)) settings.set(keyword, value);
    }
  }
  return { settings, keys, notes: [...notes] };
}

function hostMatches(patterns: readonly string[], host: string): boolean {
  const matches = (pattern: string) => wildcardMatches(pattern, host);
  return (
    patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))
  );
}

function authOf(keys: readonly string[], tokens: Record<string, string> & { home: string }, notes: string[]): ServerFields['auth'] {
  const [first, ...more] = keys.filter((key) => key.toLowerCase() !== 'none');
  if (first === undefined) return { kind: 'agent' };
  if (more.length > 0) notes.push(`only the first of ${keys.length} identity files is used`);
  const path = expand(first.startsWith('~/') ? `${tokens.home}${first.slice(1)}` : first, tokens);
  if (path !== null) return { kind: 'key', path };
  notes.push(`IdentityFile has tokens that are not honoured, the agent is used: ${first}`);
  return { kind: 'agent' };
}

function jumpOf(value: string | undefined, known: ReadonlySet<string>, problems: string[]): string | null {
  if (value === undefined || value.toLowerCase() === 'none') return null;
  if (value.includes(',')) problems.push(`ProxyJump over several hosts cannot be honoured: ${value}`);
  else if (!known.has(value)) problems.push(`ProxyJump names no host of this file and no server of the inventory: ${value}`);
  return known.has(value) ? value : null;
}

/** Replaces the tokens given; null when there are others. */
function expand(text: string, tokens: Readonly<Record<string, string>>): string | null {
  let complete = true;
  const expanded = text.replaceAll(/%(.)/g, (_, token: string) => {
    const value = token === '%' ? '%' : token.length === 1 ? tokens[token] : undefined;
    if (value === undefined) complete = false;
    return value ?? '';
  });
  return complete ? expanded : null;
}

/** A name that says nothing counts as production: it is the one that is guarded. */
function environmentOf(name: string, notes: string[]): Environment {
  if (/prod|prd|live/i.test(name)) return 'production';
  if (/stag|stg|uat|preprod/i.test(name)) return 'staging';
  if (/dev|test|lab|sandbox/i.test(name)) return 'development';
  notes.push('the name tells no environment: taken as production, which is guarded');
  return 'production';
}

function compared(fields: ServerFields, source: string, notes: string[], existing: readonly Server[]): ImportEntry {
  const same = existing.find(({ name }) => name === fields.name);
  if (same === undefined) {
    const twin = existing.find(({ host, port, user }) => host === fields.host && port === fields.port && user === fields.user);
    if (twin !== undefined) notes.push(`"${twin.name}" of the inventory has the same address and login`);
    return { status: 'new', fields, source, notes };
  }
  const differing = (['host', 'port', 'user', 'jump'] as const).filter((key) => same[key] !== fields[key]);
  if (differing.length === 0) return { status: 'same', fields, source, notes };
  return { status: 'conflict', fields, source, notes: [`the server of this name in the inventory differs in ${differing.join(', ')}`, ...notes] };
}
