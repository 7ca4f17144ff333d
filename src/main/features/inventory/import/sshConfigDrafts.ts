import { AppError } from '../../../../shared/errors.ts';
import type { Server, ServerFields } from '../../../../shared/model/server.ts';
import { checkCount, environmentOf, freeName, type ImportedSource, type ServerDraft } from './importDraft.ts';
import type { ProgramLine, SshProgram } from './sshConfigFile.ts';
import type { Hop } from './sshConfigJump.ts';
import { sshConfigNotes } from './sshConfigNotes.ts';
import { type ResolvedHost, resolveHost } from './sshConfigResolve.ts';
import { expandPath, expandTokens, type LocalIdentity, type TokenValues } from './sshConfigTokens.ts';

/** What the servers of a configuration are put together from. */
export interface SshDraftContext {
  existing: readonly Server[];
  local: LocalIdentity;
}

/** Work that is too much for one import: lines times hosts. */
const mostSteps = 60_000_000;
const mostHops = 16;

/** Servers of a configuration: one per host that is named without wildcards, in order, then hops that are named nowhere else. */
export function sshConfigDrafts(program: SshProgram, context: SshDraftContext): ImportedSource {
  const names = hostNames(program.lines);
  checkCount(program.path, names.size);
  if (names.size * countLines(program.lines) > mostSteps) {
    throw new AppError('import.unreadable', { source: program.path, reason: 'it has too many hosts and lines to be worked through' });
  }
  const drafting = new Drafting(program, context, names);
  for (const alias of names.keys()) drafting.alias(alias);
  drafting.linkWays();
  const remarks = [...program.remarks, ...drafting.refusedLines(), ...blockRemarks(program.lines, drafting.resolved)];
  return { path: program.path, drafts: drafting.drafts, remarks };
}

/** Names that stand in `Host` lines and in `Match host` without wildcards, with their places. */
function hostNames(lines: readonly ProgramLine[], names: Map<string, string> = new Map()): Map<string, string> {
  for (const { place, line, included } of lines) {
    if (!('words' in line)) continue;
    if (line.keyword === 'host') for (const word of line.words) if (word !== '' && !/[*?!]/.test(word) && !names.has(word)) names.set(word, place);
    if (line.keyword === 'match') for (const word of matchedNames(line.words)) if (!names.has(word)) names.set(word, place);
    for (const program of included) hostNames(program, names);
  }
  return names;
}

/** Names of `originalhost`, which a person would type; `host` may be what a name was turned into. */
function matchedNames(words: readonly string[]): string[] {
  const at = words.findIndex((word) => word.toLowerCase() === 'originalhost');
  const list = at < 0 ? '' : (words[at + 1] ?? '');
  return list.split(',').filter((word) => word !== '' && !/[*?!]/.test(word));
}

function countLines(lines: readonly ProgramLine[]): number {
  return lines.reduce((sum, { included }) => sum + 1 + included.reduce((inner, program) => inner + countLines(program), 0), 0);
}

class Drafting {
  readonly drafts: ServerDraft[] = [];
  readonly resolved: ResolvedHost[] = [];
  readonly #program: SshProgram;
  readonly #context: SshDraftContext;
  readonly #places: ReadonlyMap<string, string>;
  readonly #names: ReadonlyMap<string, string | null>;
  readonly #ways: { draft: ServerDraft; hops: readonly Hop[]; values: TokenValues }[] = [];
  readonly #taken = new Set<string>();

  constructor(program: SshProgram, context: SshDraftContext, places: ReadonlyMap<string, string>) {
    this.#program = program;
    this.#context = context;
    this.#places = places;
    this.#names = new Map([...places.keys()].map((alias) => [alias, freeName(alias, this.#taken)]));
  }

  /** Drafts a named host. Its way may lead through hosts that are drafted later: see `linkWays`. */
  alias(alias: string): void {
    const resolved = resolveHost(this.#program, alias, { local: this.#context.local });
    const hops = resolved.proxyJump?.hops ?? [];
    const [only] = hops.length === 1 ? hops : [];
    const through = only === undefined || !this.#isPlain(only) ? undefined : this.#names.get(only.host);
    const draft = this.#draft({ title: alias, name: this.#names.get(alias) ?? null, resolved, source: this.#places.get(alias) ?? this.#program.path });
    if (hops.length === 0) draft.stated.jump = null;
    else if (through !== undefined) draft.stated.jump = through;
    else this.#ways.push({ draft, hops, values: this.#valuesOf(resolved) });
    this.drafts.push(draft);
  }

  /** Finds or makes the hops of ways that are more than one named host. */
  linkWays(): void {
    for (const { draft, hops, values } of this.#ways) draft.stated.jump = this.#jump(hops, values, draft.problems, { depth: 0, source: draft.source });
  }

  /** A hop that is passed as its own entry says. */
  #isPlain(hop: Hop): boolean {
    return hop.user === null && hop.port === null && this.#names.has(hop.host);
  }

  #valuesOf(resolved: ResolvedHost): TokenValues {
    return {
      ...{ originalHost: resolved.originalHost, host: resolved.hostname, port: resolved.port, user: resolved.user, hostKeyAlias: resolved.hostKeyAlias },
      ...{ local: this.#context.local, proxyJump: resolved.proxyJump?.text ?? '' },
    };
  }

  refusedLines(): { source: string; text: string }[] {
    // A configuration without hosts has lines all the same.
    if (this.resolved.length === 0) this.resolved.push(resolveHost(this.#program, 'localhost', { local: this.#context.local }));
    const lines = new Map(this.resolved.flatMap((resolved) => resolved.refused.map((line) => [line.source, line.text] as const)));
    return [...lines].map(([source, text]) => ({ source, text: `left out; ssh refuses the whole file for this line: ${text}` }));
  }

  /** All of a draft but the way to it. */
  #draft({ title, name, resolved, source }: { title: string; name: string | null; resolved: ResolvedHost; source: string }): ServerDraft {
    this.resolved.push(resolved);
    const notes: string[] = [];
    const problems: string[] = [];
    const values = this.#valuesOf(resolved);
    if (name === null) problems.push(`“${title.slice(0, 100)}” has nothing that a name could be made of`);
    else if (name !== '' && name !== title) notes.push(`named ${name} here: “${title}” is not free or not possible as a name`);
    const auth = authOf(resolved, values, notes);
    const ssh = sshOf(resolved, values);
    notes.push(...sshConfigNotes(resolved));
    const isUserStated = resolved.settings.has('user');
    return {
      ...{ title, source, notes, problems },
      stated: {
        ...(name === null || name === '' ? {} : { name }),
        ...{ host: resolved.hostname, port: resolved.port },
        ...(isUserStated ? { user: resolved.user } : {}),
        ...(auth === null ? {} : { auth }),
        ...(ssh === null ? {} : { ssh }),
      },
      suggested: {
        ...{ user: resolved.user, auth: { kind: 'agent' } },
        environment: environmentOf(title, notes),
        sudo: resolved.user === 'root' ? 'none' : 'nopasswd',
      },
    };
  }

  /** The name of the server through which the last of these hops leads; null without hops. */
  #jump(hops: readonly Hop[], values: TokenValues, problems: string[], { depth, source }: { depth: number; source: string }): string | null {
    const last = hops.at(-1);
    if (last === undefined) return null;
    const expanded = expandTokens(last.host, values, 'hnpr');
    if ('problem' in expanded) {
      problems.push(`ProxyJump ${last.host}: ${expanded.problem}`);
      return null;
    }
    const name =
      depth < mostHops ? this.#hop({ ...last, host: expanded.text }, hops.slice(0, -1), { to: values.originalHost, source, depth: depth + 1 }) : null;
    if (name === null) problems.push(`ProxyJump leads back to itself, or over more than ${mostHops} hops: ${last.host}`);
    return name;
  }

  #hop(hop: Hop, before: readonly Hop[], { to, source, depth }: { to: string; source: string; depth: number }): string | null {
    if (before.length === 0 && this.#isPlain(hop)) return this.#names.get(hop.host) ?? null;
    const resolved = resolveHost(this.#program, hop.host, { local: this.#context.local, user: hop.user, port: hop.port });
    const way = before.length > 0 ? before : (resolved.proxyJump?.hops ?? []);
    // ssh knows a loop only where it is passed: one that is named twice with the same address.
    if (before.length === 0 && way.at(-1)?.host === hop.host) return null;
    const draft = this.#draft({ title: hop.host, name: '', resolved, source });
    draft.stated.jump = this.#jump(way, this.#valuesOf(resolved), draft.problems, { depth, source });
    const same = this.#sameWay(draft);
    if (same !== null) return same;
    const name = freeName(`${hop.host}${this.#isKnown(hop.host) ? `-${hop.user ?? draft.stated.jump ?? hop.port ?? 'hop'}` : ''}`, this.#taken);
    if (name === null) draft.problems.push(`“${hop.host.slice(0, 100)}” has nothing that a name could be made of`);
    else draft.stated.name = name;
    draft.notes.unshift(`a hop on the way to ${to}, with no entry of its own`);
    this.drafts.push(draft);
    return name;
  }

  #isKnown(host: string): boolean {
    return this.#places.has(host) || this.#taken.has(host);
  }

  /** A server that is reached in exactly this way already: an entry of the configuration, or one of the inventory. */
  #sameWay({ stated, suggested }: ServerDraft): string | null {
    const user = stated.user ?? suggested.user;
    const isSame = (other: Partial<ServerFields>) =>
      other.host === stated.host && other.port === stated.port && other.user === user && other.jump === stated.jump;
    const own = this.drafts.find((other) => isSame({ ...other.suggested, ...other.stated }));
    return own?.stated.name ?? this.#context.existing.find(isSame)?.name ?? null;
  }
}

/** Keys and certificate of a host; null where the configuration names none. */
function authOf(resolved: ResolvedHost, values: TokenValues, notes: string[]): ServerFields['auth'] | null {
  const keys = resolved.identityFiles.filter((file) => file.toLowerCase() !== 'none').flatMap((file) => expanded('IdentityFile', file, values, notes));
  const [certificate, ...moreCertificates] = resolved.certificateFiles
    .filter((file) => file.toLowerCase() !== 'none')
    .flatMap((file) => expanded('CertificateFile', file, values, notes));
  const [path, ...others] = keys;
  if (moreCertificates.length > 0) notes.push(`CertificateFile: only the first is used, not ${moreCertificates.join(', ')}`);
  if (path === undefined) {
    if (certificate !== undefined) notes.push(`CertificateFile is not honoured without an IdentityFile: ${certificate}`);
    return resolved.identityFiles.length > 0 ? { kind: 'agent' } : null;
  }
  if (others.length > 8) notes.push(`IdentityFile: only the first 9 are tried, not ${others.slice(8).join(', ')}`);
  return {
    ...{ kind: 'key', path },
    ...(others.length === 0 ? {} : { others: others.slice(0, 8) }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}

function expanded(keyword: string, file: string, values: TokenValues, notes: string[]): string[] {
  const path = expandPath(file, values);
  if ('text' in path) return [path.text];
  notes.push(`${keyword} is not honoured: ${file}: ${path.problem}`);
  return [];
}

/** What differs from the plain way. ssh itself fills the tokens of the command in, but for the name that it is not called by here. */
function sshOf(resolved: ResolvedHost, values: TokenValues): NonNullable<ServerFields['ssh']> | null {
  const { hostKeyAlias } = resolved;
  const proxyCommand = resolved.proxyCommand?.replaceAll(/%(.)/g, (whole, token: string) =>
    token === 'n' ? values.originalHost.replaceAll('%', '%%') : whole,
  );
  if (hostKeyAlias === null && proxyCommand === undefined) return null;
  return {
    ...(proxyCommand === undefined ? {} : { transport: 'system', proxyCommand }),
    ...(hostKeyAlias === null ? {} : { hostKeyAlias }),
  };
}

/** Says of each block that names no host of its own which entries take its settings. */
function blockRemarks(lines: readonly ProgramLine[], resolved: readonly ResolvedHost[]): { source: string; text: string }[] {
  return lines.flatMap(({ place, line, included }) => {
    const inner = included.flatMap((program) => blockRemarks(program, resolved));
    // The line that ends the conditions of a file has no number: no file has it.
    if (!('words' in line) || !/:\d+$/.test(place) || (line.keyword !== 'host' && line.keyword !== 'match')) return inner;
    if (line.keyword === 'host' && line.words.some((word) => !/[*?!]/.test(word))) return inner;
    const takers = new Set(resolved.filter(({ applied }) => applied.has(place)).map(({ originalHost }) => originalHost));
    const title = `${line.keyword === 'host' ? 'Host' : 'Match'} ${line.rest.slice(0, 200)}`;
    return [{ source: place, text: `${title}: settings, no server; ${takers.size === 0 ? 'no entry takes them' : `taken by ${takers.size}`}` }, ...inner];
  });
}
