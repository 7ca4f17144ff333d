import { entryAt, type Part, type Place, textAt, textOf } from './yamlParts.ts';

/** A port that a service publishes. */
export interface LintPort {
  /** Address on the server; `0.0.0.0` is every one. */
  address: string;
  /** Null: Docker picks a free one. */
  published: number | null;
  target: number;
  protocol: string;
  at: Place;
}

/** Something mounted into a service. */
export interface LintMount {
  kind: 'bind' | 'volume' | 'tmpfs' | 'other';
  /** Path on the server or name of a volume; null: a volume without a name. */
  source: string | null;
  target: string;
  readOnly: boolean;
  at: Place;
}

const maxRange = 256;

/**
 * Reads one entry of `ports` in the short or the long form; ranges give a port each. Nothing for what is none.
 * Source: https://docs.docker.com/reference/compose-file/services/#ports
 */
export function readPort(part: Part): LintPort[] {
  if (part.kind === 'map') {
    const target = Number(textAt(part, 'target'));
    if (!Number.isInteger(target) || target < 1) return [];
    const at = entryAt(part, 'published')?.at ?? entryAt(part, 'target')?.at ?? part.at;
    const head = { address: textAt(part, 'host_ip') ?? '0.0.0.0', protocol: textAt(part, 'protocol') ?? 'tcp', target, at };
    const published = textAt(part, 'published');
    return published === null ? [{ ...head, published: null }] : rangeOf(published).map((port) => ({ ...head, published: port }));
  }
  const match = /^(?:(?:(\[[^\]]*\]|[^:[\]]*):)?([0-9-]*):)?([0-9]+(?:-[0-9]+)?)(?:\/([a-z]+))?$/i.exec((textOf(part) ?? '').trim());
  if (match === null) return [];
  const address = (match[1] ?? '').replace(/^\[|\]$/g, '') || '0.0.0.0';
  const published = match[2] === undefined || match[2] === '' ? [] : rangeOf(match[2]);
  return rangeOf(match[3] ?? '').map((target, index) => ({
    address,
    published: published[index] ?? null,
    target,
    protocol: (match[4] ?? 'tcp').toLowerCase(),
    at: part.at,
  }));
}

function rangeOf(text: string): number[] {
  const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(text.trim());
  if (match === null) return [];
  const from = Number(match[1]);
  const to = Number(match[2] ?? from);
  return Array.from({ length: Math.max(0, Math.min(to - from + 1, maxRange)) }, (_, index) => from + index).filter((port) => port > 0 && port < 65_536);
}

/** Reads one entry of `volumes` in the short or the long form. Source: https://docs.docker.com/reference/compose-file/services/#volumes */
export function readMount(part: Part): LintMount | null {
  if (part.kind === 'map') {
    const target = textAt(part, 'target');
    const type = textAt(part, 'type');
    if (target === null) return null;
    const kind = type === 'bind' || type === 'volume' || type === 'tmpfs' ? type : 'other';
    return { kind, source: textAt(part, 'source'), target: tidy(target), readOnly: textAt(part, 'read_only') === 'true', at: part.at };
  }
  const text = textOf(part);
  if (text === null || text === '') return null;
  const [first = '', second, options = ''] = text.split(':');
  if (second === undefined) return { kind: 'volume', source: null, target: tidy(first), readOnly: false, at: part.at };
  const kind = /^[./~]/.test(first) ? 'bind' : 'volume';
  return { kind, source: first, target: tidy(second), readOnly: options.split(',').includes('ro'), at: part.at };
}

function tidy(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

/** Words of a command as Compose takes it: a list, or a text that is split as a shell would. */
export function readWords(part: Part | undefined): string[] {
  if (part === undefined || part.kind === 'map') return [];
  if (part.kind === 'list') return part.items.map((item) => textOf(item) ?? '');
  return splitWords(textOf(part) ?? '');
}

/** Splits at blanks, quotes holding together. */
export function splitWords(text: string): string[] {
  return [...text.slice(0, 20_000).matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}

const units: Record<string, number> = { b: 1, k: 1024, kb: 1024, m: 1024 ** 2, mb: 1024 ** 2, g: 1024 ** 3, gb: 1024 ** 3, t: 1024 ** 4, tb: 1024 ** 4 };

/** A size as Compose writes it (`512m`, `8G`, `2gb`, bytes) in MiB; null for what is none. */
export function readMib(text: string | null): number | null {
  const match = /^\s*([0-9]+(?:\.[0-9]+)?)\s*(?:([kmgt]?)i?b?|b)\s*$/i.exec(text ?? '');
  if (match === null) return null;
  return (Number(match[1]) * (units[(match[2] || 'b').toLowerCase()] ?? 1)) / 1024 ** 2;
}

/** A duration as Compose writes it (`1m30s`, `90s`, `500ms`) in seconds; null for what is none. */
export function readSeconds(text: string | null): number | null {
  if (text === null || !/^\s*(?:[0-9.]+(?:us|ms|s|m|h|d))+\s*$/.test(text)) return text === '0' ? 0 : null;
  const factor: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };
  return [...text.matchAll(/([0-9.]+)(us|ms|s|m|h|d)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (factor[unit ?? 's'] ?? 1), 0);
}
