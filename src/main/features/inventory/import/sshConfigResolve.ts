import { isIPv4, isIPv6 } from 'node:net';
import type { ProgramLine, SshProgram } from './sshConfigFile.ts';
import { type Hop, parseHops, writeHops } from './sshConfigJump.ts';
import { accumulating, knownKeyword, singleWord } from './sshConfigKeywords.ts';
import { matchLine } from './sshConfigMatchLine.ts';
import { matchHostWords, matchPatternList } from './sshConfigPatterns.ts';
import { expandTokens, type LocalIdentity } from './sshConfigTokens.ts';
import type { ConfigLine } from './sshConfigWords.ts';

/** What ssh would do for one host, as far as the configuration says. Paths and commands still hold their tokens. */
export interface ResolvedHost {
  originalHost: string;
  hostname: string;
  port: number;
  user: string;
  /** In the order of the file; not the ones that ssh tries by itself. */
  identityFiles: string[];
  certificateFiles: string[];
  /** Hops in the order in which they are passed, and as `ssh -G` writes them; null when there are none. */
  proxyJump: { text: string; hops: Hop[] } | null;
  proxyCommand: string | null;
  hostKeyAlias: string | null;
  /** Every setting that has a value, in the order of the file, with its place: that of its first line. */
  settings: ReadonlyMap<string, { value: string; place: string }>;
  /** `Match` blocks that could apply, which nothing here may find out. */
  unanswered: readonly { condition: string; place: string }[];
  /** Lines for which ssh refuses the configuration. */
  refused: readonly { source: string; text: string }[];
  /** Places of the `Host` and `Match` lines that apply. */
  applied: ReadonlySet<string>;
}

/** What is given on the command line rather than in the file. */
export interface ResolveOptions {
  local: LocalIdentity;
  user?: string | null;
  port?: number | null;
}

const mostKeys = 100;

interface State {
  host: string;
  originalHost: string;
  final: boolean;
  wantsFinal: boolean;
  settings: Map<string, { value: string; place: string }>;
  identityFiles: string[];
  certificateFiles: string[];
  hops: Hop[];
  unanswered: Map<string, { condition: string; place: string }>;
  refused: Map<string, { source: string; text: string }>;
  applied: Set<string>;
  ignoreUnknown: string;
  local: LocalIdentity;
}

/**
 * Works a configuration through for one host as ssh does, twice where it asks for that. Nothing is run or looked up.
 * Source: readconf.c and ssh.c (OpenSSH 9.2); the oracle of its tests is `ssh -G`.
 */
export function resolveHost(program: SshProgram, originalHost: string, options: ResolveOptions): ResolvedHost {
  const state: State = {
    ...{ host: originalHost, originalHost, final: false, wantsFinal: false, settings: new Map(), identityFiles: [], certificateFiles: [], hops: [] },
    ...{ unanswered: new Map(), refused: new Map(), applied: new Set(), ignoreUnknown: '', local: options.local },
  };
  if (options.user) state.settings.set('user', { value: options.user, place: '' });
  if (options.port) state.settings.set('port', { value: String(options.port), place: '' });
  runLines(program.lines, state, { active: true, never: false });
  state.host = canonicalHost(expandHostname(state, originalHost));
  const canonicalize = state.settings.get('canonicalizehostname')?.value.toLowerCase();
  if (state.wantsFinal || (canonicalize !== undefined && canonicalize !== 'no' && canonicalize !== 'false')) {
    state.settings.set('hostname', { value: state.host.replaceAll('%', '%%'), place: state.settings.get('hostname')?.place ?? '' });
    state.final = true;
    runLines(program.lines, state, { active: true, never: false });
  }
  return resolved(state);
}

function resolved(state: State): ResolvedHost {
  const value = (keyword: string) => state.settings.get(keyword)?.value;
  const jump = jumps(state) ? value('proxyjump') : undefined;
  const command = value('proxycommand');
  return {
    originalHost: state.originalHost,
    hostname: state.host,
    port: portOf(value('port') ?? '') ?? 22,
    user: value('user') ?? state.local.user,
    identityFiles: state.identityFiles,
    certificateFiles: state.certificateFiles,
    proxyJump: jump === undefined ? null : { text: writeHops(jump, state.hops), hops: state.hops },
    proxyCommand: jump !== undefined || command === undefined || command.toLowerCase() === 'none' ? null : command,
    hostKeyAlias: value('hostkeyalias')?.toLowerCase() ?? null,
    settings: state.settings,
    unanswered: [...state.unanswered.values()],
    refused: [...state.refused.values()],
    applied: state.applied,
  };
}

function jumps(state: State): boolean {
  return (state.settings.get('proxyjump')?.value.toLowerCase() ?? 'none') !== 'none';
}

/** Conditions of the place that is worked through; `never`: it was included where nothing applies. */
interface Scope {
  active: boolean;
  never: boolean;
}

/** A line as it is for every host; configurations are long, and hosts many. */
interface PreparedLine {
  /** The keyword under which it is kept; null: ssh knows none such. */
  keyword: string | null;
  value: string;
  hops: Hop[];
  /** Why ssh refuses it, whichever the host. */
  problem: string | null;
}

const prepared = new WeakMap<readonly ProgramLine[], PreparedLine[]>();

function prepare(lines: readonly ProgramLine[]): PreparedLine[] {
  const known = prepared.get(lines);
  if (known !== undefined) return known;
  const made = lines.map(({ line }) => ('problem' in line ? { keyword: '', value: '', hops: [], problem: line.problem } : prepareSetting(line)));
  prepared.set(lines, made);
  return made;
}

function runLines(lines: readonly ProgramLine[], state: State, scope: Scope): void {
  const all = prepare(lines);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    const ready = all[index];
    if (line === undefined || ready === undefined) continue;
    if (ready.problem !== null) refuse(state, line.place, ready.problem);
    else if (ready.keyword === null) unknownKeyword(state, line);
    else if (ready.keyword === 'host' || ready.keyword === 'match' || ready.keyword === 'include') runStructure(ready.keyword, line, state, scope);
    else if (scope.active) {
      const excess = assign(ready.keyword, ready.value, ready.hops, line.place, state);
      if (excess !== null) refuse(state, line.place, excess);
    }
  }
}

function refuse(state: State, place: string, text: string): void {
  state.refused.set(place, { source: place, text });
}

function unknownKeyword(state: State, { line, place }: ProgramLine): void {
  if (!matchPatternList(line.keyword, state.ignoreUnknown.toLowerCase())) refuse(state, place, `there is no setting “${line.keyword.slice(0, 60)}”`);
}

function runStructure(keyword: 'host' | 'match' | 'include', { line, place, included }: ProgramLine, state: State, scope: Scope): void {
  if ('problem' in line) return;
  if (keyword === 'include') {
    // Conditions inside what is included end with it.
    for (const program of included) runLines(program, state, { active: scope.active, never: scope.never || !scope.active });
    return;
  }
  // A Match is worked out even where it cannot apply: it may ask for a second pass.
  const holds = keyword === 'host' ? matchHostWords(state.host, line.words) : runMatch(line, place, state);
  scope.active = holds && !scope.never;
  if (scope.active) state.applied.add(place);
}

function runMatch(line: ConfigLine, place: string, state: State): boolean {
  const value = (keyword: string) => state.settings.get(keyword)?.value;
  const answer = matchLine(
    line.rest,
    {
      host: state.final ? state.host : expandHostname(state, state.host),
      ...{
        originalHost: state.originalHost,
        user: value('user') ?? state.local.user,
        localUser: state.local.user,
        tag: value('tag') ?? '',
        final: state.final,
      },
    },
    () => {
      state.wantsFinal = true;
    },
  );
  if (answer.kind === 'refused') refuse(state, place, `Match: ${answer.problem}`);
  if (answer.kind === 'unknown') state.unanswered.set(place, { condition: answer.condition, place });
  return answer.kind === 'yes';
}

const commands = new Set(['proxycommand', 'localcommand', 'remotecommand', 'knownhostscommand']);

function prepareSetting(line: ConfigLine): PreparedLine {
  const keyword = knownKeyword(line.keyword);
  const isText = keyword === 'proxyjump' || commands.has(keyword ?? '');
  const text = isText ? line.rest.replace(/^[ \t\r\n=]+/, '') : line.words.join(' ');
  const hops = keyword === 'proxyjump' ? parseHops(text) : [];
  const value = keyword === 'proxyjump' ? text.replace(/#.*$/s, '').trimEnd() : text;
  return {
    keyword,
    value,
    hops: hops ?? [],
    problem: hops === null ? `${value.slice(0, 200)} names no hosts to jump through` : problemOf(keyword, value, line.words, isText),
  };
}

/** Why ssh refuses a setting, wherever it stands. */
function problemOf(keyword: string | null, value: string, words: readonly string[], isText: boolean): string | null {
  if (keyword === 'host') return words.includes('') ? 'Host has an empty word' : null;
  if (keyword === null || keyword === 'match' || keyword === 'include') return null;
  if (!isText && (words[0] ?? '') === '') return `${keyword} has no value`;
  if (singleWord.has(keyword) && words.length > 1) return `${keyword} has more than one value`;
  if (keyword === 'port' && portOf(value) === null) return `${value.slice(0, 60)} is no port`;
  if (keyword === 'identitiesonly' && !/^(yes|no|true|false)$/.test(value)) return `${value.slice(0, 60)} is neither yes nor no`;
  return null;
}

/** Takes a setting that applies, where no earlier line has it. Answers with why ssh refuses one more. */
function assign(keyword: string, value: string, hops: Hop[], place: string, state: State): string | null {
  if (keyword === 'identityfile') return addFile(state.identityFiles, value) ? remember(keyword, value, place, state) : 'more than 100 identity files';
  if (keyword === 'certificatefile') return addFile(state.certificateFiles, value) ? remember(keyword, value, place, state) : 'more than 100 certificates';
  // Whichever of the two stands first is taken: ssh keeps one way only.
  if (keyword === 'proxyjump' && state.settings.has('proxycommand')) return null;
  if (keyword === 'proxycommand' && jumps(state)) return null;
  if (keyword === 'ignoreunknown' && !state.settings.has(keyword)) state.ignoreUnknown = value;
  if (keyword === 'proxyjump' && !state.settings.has(keyword)) state.hops = hops;
  return remember(keyword, value, place, state);
}

function remember(keyword: string, value: string, place: string, state: State): null {
  const known = state.settings.get(keyword);
  if (known === undefined) state.settings.set(keyword, { value, place });
  else if (accumulating.has(keyword) && !known.value.split(', ').includes(value)) {
    state.settings.set(keyword, { ...known, value: `${known.value}, ${value}` });
  }
  return null;
}

function addFile(files: string[], file: string): boolean {
  if (files.length >= mostKeys) return false;
  if (!files.includes(file)) files.push(file);
  return true;
}

/** A port as ssh reads it, or null. */
function portOf(value: string): number | null {
  if (value === 'ssh') return 22;
  const port = /^\s*\+?\d{1,9}$/.test(value) ? Number(value) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}

function expandHostname(state: State, host: string): string {
  const hostname = state.settings.get('hostname')?.value;
  if (hostname === undefined) return host;
  const values = { originalHost: host, host, port: 22, user: '', hostKeyAlias: null, proxyJump: '', local: state.local };
  const expanded = expandTokens(hostname, values, 'h');
  if ('text' in expanded) return expanded.text;
  const { place } = state.settings.get('hostname') ?? { place: '' };
  state.refused.set(place, { source: place, text: `HostName: ${expanded.problem}` });
  return host;
}

/** As ssh writes it: names in lower case, addresses in their shortest form. */
function canonicalHost(host: string): string {
  const address = canonicalAddress(host);
  // What looks like an address keeps its letters, whether it is one or not.
  if (address === null) return /[%:]/.test(host) ? host : host.toLowerCase();
  return address.toLowerCase() === host.toLowerCase() ? host : address;
}

function canonicalAddress(host: string): string | null {
  if (isIPv4(host)) return host;
  if (/^(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+)){0,3}$/i.test(host)) return parsedHost(`http://${host}`);
  if (!isIPv6(host) || host.includes('%')) return isIPv6(host) ? host : null;
  const short = parsedHost(`http://[${host}]`)?.slice(1, -1) ?? host;
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1] ?? '0', 16), Number.parseInt(mapped[2] ?? '0', 16)];
  return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function parsedHost(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname : null;
}
