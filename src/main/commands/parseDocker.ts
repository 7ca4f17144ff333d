import type { Facts } from '../../shared/model/facts.ts';
import type { FactsSections } from './factsSections.ts';
import { firstLine, oneLine } from './text.ts';

/**
 * Docker Engine and Compose. Source: `docker version`, `docker info` and `docker compose version --short` (Docker 20.10 or later),
 * https://docs.docker.com/reference/cli/docker/. Where the login may not use the daemon but sudo needs no password, what sudo
 * was told counts.
 */
export function parseDocker(sections: FactsSections): Facts['docker'] {
  const { status, lines } = sections.get('docker');
  const nothing = { rootDirectory: null, containerdVersion: null, storageDriver: null, runtimes: [], defaultRuntime: null };
  if (status === 127) return { ...nothing, state: 'missing', serverVersion: null, composeVersion: null };
  const serverVersion = version(lines.map((line) => /(?:^|\s)server=(\S+)/.exec(line)?.[1]));
  const composeVersion = parseCompose(sections);
  if (serverVersion === null) {
    const said = lines.join(' ');
    const state = /permission denied/i.test(said) ? 'denied' : 'daemon-down';
    const complaint = firstLine(lines.filter((line) => !line.startsWith('client=')));
    sections.unknown('Docker version', complaint === '' ? sections.why('docker', 'docker') : complaint);
    return { ...nothing, state, serverVersion, composeVersion };
  }
  const root = lines.map((line) => /^root=(\/.*)$/.exec(line)?.[1]).find((path) => path !== undefined);
  if (root === undefined) sections.unknown("Docker's directory", sections.why('docker', 'docker info'));
  const told = (key: string) => {
    const value = oneLine(lines.map((line) => new RegExp(`^${key}=(.*)$`).exec(line)?.[1]).find((found) => found !== undefined) ?? '', 200);
    return value === '' ? null : value;
  };
  return {
    ...{ state: 'ok', serverVersion, composeVersion, rootDirectory: root === undefined ? null : oneLine(root, 300) },
    containerdVersion: version(lines.map((line) => /(?:^|\s)containerd=(\S+)/.exec(line)?.[1])),
    storageDriver: told('driver'),
    runtimes: runtimeNames(lines.find((line) => line.startsWith('runtimes='))?.slice('runtimes='.length) ?? ''),
    defaultRuntime: told('default-runtime'),
  };
}

/** Names out of the object that describes the runtimes. */
function runtimeNames(text: string): string[] {
  try {
    const runtimes: unknown = JSON.parse(text);
    if (typeof runtimes !== 'object' || runtimes === null) return [];
    return Object.keys(runtimes)
      .map((name) => oneLine(name, 60))
      .slice(0, 32)
      .sort();
  } catch {
    return [];
  }
}

function parseCompose(sections: FactsSections): string | null {
  const { status, lines } = sections.get('compose');
  const found = status === 0 ? version(lines.map((line) => /^(v?\d\S*)$/.exec(line.trim())?.[1])) : null;
  const isAbsent = /unknown flag|unknown command|is not a docker command|unknown shorthand/.test(lines.join(' '));
  if (found === null && !isAbsent) sections.unknown('Docker Compose version', sections.why('compose', 'docker compose'));
  return found;
}

function version(candidates: readonly (string | undefined)[]): string | null {
  const found = candidates.find((candidate) => candidate !== undefined && /^v?\d/.test(candidate));
  return found === undefined ? null : oneLine(found.replace(/^v/, ''), 60);
}
