import { AppError } from '../../../../shared/errors.ts';
import type { ReleaseRecord } from '../release/releaseRules.ts';
import { parseResolved, type ResolvedProject } from '../release/resolvedProject.ts';
import type { StackServer } from '../release/stackServer.ts';
import { commandFailed } from '../release/stackServer.ts';
import type { SideFile } from './fileDiffRules.ts';
import { type LiveProject, parseHashes, parseLive } from './liveRules.ts';
import { appliedScript, hashScript, liveScript } from './planScripts.ts';

const slowMs = 120_000;

/** A release that is on a server, as Compose reads it there. */
export interface AppliedRelease {
  project: ResolvedProject;
  hashes: Map<string, string>;
  /** Files of its project as they are on the server now. */
  files: Map<string, SideFile>;
  /** SHA-256 of what its containers mount, by the place below the stack's directory. */
  mounted: Map<string, string>;
}

/** Reads a release on its server; null where Compose cannot read it any more. */
export async function lookAtRelease(server: StackServer, release: ReleaseRecord): Promise<AppliedRelease | null> {
  const trees = (release.mounts?.trees ?? []).map(({ hash }) => hash);
  const { exitCode, stdout } = await server.exec(appliedScript, { ...server.place(release.id, release).env, PH_TREES: trees.join(' ') }, slowMs);
  const project = parseResolved(/^resolved (.*)$/m.exec(stdout)?.[1] ?? '');
  if (exitCode !== 0 || project === null) return null;
  const files = new Map<string, SideFile>();
  for (const match of stdout.matchAll(/^file ([0-9a-f]{64}) (.*)\t(.*)$/gm)) {
    const [, sha256 = '', path = '', base64 = ''] = match;
    files.set(path, { sha256, text: textOf(base64, sha256) });
  }
  const mounted = new Map([...stdout.matchAll(/^mounted ([0-9a-f]{64}) (.*)$/gm)].map((match) => [match[2] ?? '', match[1] ?? '']));
  return { project, hashes: parseHashes(stdout), files, mounted };
}

/** What Compose would put into the labels of a project's containers, by service. */
export async function hashesOf(server: StackServer, project: ResolvedProject, profiles: readonly string[]): Promise<Map<string, string>> {
  const result = await server.exec(hashScript, { COMPOSE_PROFILES: profiles.join(',') }, slowMs, new TextEncoder().encode(JSON.stringify(project)));
  if (result.exitCode !== 0) throw commandFailed(server.serverName, 'docker compose config --hash', { ...result, stdout: '' });
  return parseHashes(result.stdout);
}

/** What of the project is on the server, and which of the images. */
export async function lookAtLive(server: StackServer, references: readonly string[] = []): Promise<LiveProject> {
  const output = await server.run('look at the containers', liveScript, { PH_IMAGES: references.join('\n') }, slowMs);
  const live = parseLive(output);
  if (live === null) throw new AppError('remote.unparsable', { server: server.serverName, what: 'docker inspect', excerpt: '' });
  return live;
}

const emptyFile = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function textOf(base64: string, sha256: string): string | null {
  if (base64 === '') return sha256 === emptyFile ? '' : null;
  return readable(Buffer.from(base64, 'base64'));
}

/** Bytes as text; null where they are none. */
export function readable(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
