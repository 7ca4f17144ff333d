import { createHash } from 'node:crypto';
import { os } from '../../src/main/rpc/procedures.ts';
import { stateStream } from '../../src/main/rpc/stateStream.ts';
import type { FileEntry, TextForm } from '../../src/shared/contract/files.ts';
import { AppError } from '../../src/shared/errors.ts';
import { inDirectory, nameOf, parentOf, tidyPath } from '../../src/shared/model/remotePath.ts';
import type { World } from './world.ts';

type Node = { mode: number; owner: string; mtimeMs: number } & (
  | { type: 'directory' }
  | { type: 'file'; sizeBytes: number; text?: string; form?: TextForm }
  | { type: 'link'; to: string }
);

const dayMs = 86_400_000;
const lf: TextForm = { encoding: 'utf-8', lineEnds: 'lf' };
const compose = `services:
  gateway:
    image: privaxai/gateway:1.8.2
    restart: unless-stopped
    ports:
      - "127.0.0.1:8080:8080"
    environment:
      DATABASE_URL: postgres://privaxai@postgres/privaxai
      LOG_LEVEL: info
    depends_on:
      postgres:
        condition: service_healthy

  postgres:
    image: postgres:16
    volumes:
      - pgdata:/var/lib/postgresql/data
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U privaxai"]
      interval: 5s

volumes:
  pgdata:
`;

/** The files of one simulated server. */
function makeFiles(nowMs: number): Map<string, Node> {
  const files = new Map<string, Node>();
  const directory = (path: string, owner = 'root', mode = 0o755) => files.set(path, { type: 'directory', mode, owner, mtimeMs: nowMs - 3 * dayMs });
  const text = (path: string, content: string, form = lf, owner = 'root') =>
    files.set(path, { type: 'file', sizeBytes: content.length, text: content, form, mode: 0o644, owner, mtimeMs: nowMs - dayMs });
  const binary = (path: string, sizeBytes: number, owner = 'root') =>
    files.set(path, { type: 'file', sizeBytes, mode: 0o640, owner, mtimeMs: nowMs - 9 * dayMs });
  for (const path of ['/', '/etc', '/etc/docker', '/home', '/opt', '/opt/privaxai', '/srv', '/srv/models', '/srv/empty', '/var', '/var/log']) directory(path);
  directory('/home/mara', 'mara');
  directory('/root', 'root', 0o700);
  text('/etc/hostname', 'gpu-1\n');
  text('/etc/hosts', '127.0.0.1 localhost\r\n10.0.0.12 gpu-1\r\n', { encoding: 'utf-8', lineEnds: 'crlf' });
  text('/etc/docker/daemon.json', '{\n  "log-driver": "local",\n  "runtimes": { "nvidia": { "path": "nvidia-container-runtime" } }\n}\n');
  text('/opt/privaxai/compose.yaml', compose);
  text('/opt/privaxai/.env', 'LOG_LEVEL=info\n', lf, 'mara');
  text('/home/mara/notes.md', '# To do\n\n- renew the certificate\n', lf, 'mara');
  binary('/srv/models/Llama-3.3-70B-Q4_K_M.gguf', 42_520_395_776, 'mara');
  binary('/srv/models/nomic-embed-text-v1.5.safetensors', 546_938_168, 'mara');
  binary('/srv/models/tokenizer.json', 9_085_657, 'mara');
  files.set('/srv/models/current', { type: 'link', to: 'Llama-3.3-70B-Q4_K_M.gguf', mode: 0o777, owner: 'mara', mtimeMs: nowMs - dayMs });
  files.set('/srv/models/gone', { type: 'link', to: '/mnt/old/model', mode: 0o777, owner: 'mara', mtimeMs: nowMs - 99 * dayMs });
  binary('/srv/models/caf\udce9 \u001b[2J.bin', 1024);
  for (let index = 0; index < 3000; index += 1) binary(`/var/log/app-${String(index).padStart(4, '0')}.log.gz`, 12_000 + index * 37);
  return files;
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

function entryOf(files: Map<string, Node>, path: string, node: Node): FileEntry {
  const { type, mode, owner, mtimeMs } = node;
  const common = { name: nameOf(path), type, mode, owner, group: owner, mtimeMs };
  if (node.type === 'directory') return { ...common, sizeBytes: 4096, link: null };
  if (node.type === 'file') return { ...common, sizeBytes: node.sizeBytes, link: null };
  const target = files.get(node.to.startsWith('/') ? node.to : inDirectory(parentOf(path), node.to));
  return {
    ...common,
    sizeBytes: node.to.length,
    link: { text: node.to, leadsTo: target === undefined ? 'nothing' : target.type === 'directory' ? 'directory' : 'file' },
  };
}

/** Implements `files` of the contract. */
export function filesHandlers(world: World) {
  const servers = new Map<string, Map<string, Node>>();
  const reach = ({ server, path, sudo }: { server: string; path: string; sudo: boolean }) => {
    const row = world.byName(server);
    const files = servers.get(server) ?? makeFiles(Date.now());
    servers.set(server, files);
    const place = tidyPath(path);
    const node = files.get(place);
    if (place.startsWith('/root') && !sudo) throw new AppError('remote.permission-denied', { server, what: `list ${place}` });
    return { row, files, place, node };
  };
  const existing = (input: { server: string; path: string; sudo: boolean }) => {
    const found = reach(input);
    if (found.node === undefined) throw new AppError('file.not-found', { server: input.server, path: found.place });
    return { ...found, node: found.node };
  };
  const change = (input: { server: string; path: string; sudo: boolean; confirm?: string | undefined }, effect: string) => {
    const found = reach(input);
    world.guard([found.row], input.confirm, input.server, effect);
    return found;
  };
  return {
    list: os.files.list.handler(({ input }) => {
      const { files, place, node } = existing(input);
      if (node.type !== 'directory') throw new AppError('file.not-directory', { server: input.server, path: place });
      const entries = [...files].filter(([path]) => path !== '/' && parentOf(path) === place).map(([path, each]) => entryOf(files, path, each));
      return { path: place, entries, total: entries.length };
    }),
    read: os.files.read.handler(({ input }) => {
      const { place, node } = existing(input);
      const about = { server: input.server, path: place };
      if (node.type === 'directory') throw new AppError('file.is-directory', about);
      if (node.type === 'file' && node.sizeBytes > 1_048_576)
        throw new AppError('file.too-large', { ...about, sizeBytes: node.sizeBytes, limitBytes: 1_048_576 });
      if (node.type !== 'file' || node.text === undefined) throw new AppError('file.not-text', about);
      const { text, form = lf, sizeBytes, mode, owner, mtimeMs } = node;
      return { path: place, text, form, sha256: sha256Of(text), sizeBytes, mode, owner, mtimeMs };
    }),
    save: os.files.save.handler(({ input }) => {
      const { files, place, node } = change(input, `save ${input.path}`);
      const before = node?.type === 'file' ? node : undefined;
      if (input.base !== null && sha256Of(before?.text ?? '') !== input.base)
        throw new AppError('file.changed-underneath', { server: input.server, path: place });
      const next = {
        ...(before ?? { mode: 0o644, owner: 'root' }),
        type: 'file' as const,
        text: input.text,
        form: input.form,
        sizeBytes: input.text.length,
        mtimeMs: Date.now(),
      };
      files.set(place, next);
      const { sizeBytes, mode, owner, mtimeMs } = next;
      return {
        file: { path: place, sha256: sha256Of(input.text), sizeBytes, mode, owner, mtimeMs },
        backup: before === undefined ? null : `${nameOf(place)}.2026-05-02T03-04-05Z.bak`,
      };
    }),
    makeDirectory: os.files.makeDirectory.handler(({ input }) => {
      const { files, place, node } = change(input, `make ${input.path}`);
      if (node !== undefined) throw new AppError('file.exists', { server: input.server, path: place });
      files.set(place, { type: 'directory', mode: 0o755, owner: 'root', mtimeMs: Date.now() });
      return {};
    }),
    rename: os.files.rename.handler(({ input }) => {
      const { files, place, node } = change(input, `rename ${input.path}`);
      if (node === undefined) throw new AppError('file.not-found', { server: input.server, path: place });
      const next = inDirectory(parentOf(place), input.name);
      if (files.has(next)) throw new AppError('file.exists', { server: input.server, path: next });
      files.delete(place);
      files.set(next, node);
      return {};
    }),
    remove: os.files.remove.handler(({ input }) => {
      const title = `Remove ${input.names.length === 1 ? input.names[0] : `${input.names.length} entries`} from ${input.path}`;
      const { files, place, row } = change(input, title);
      for (const name of input.names) files.delete(inDirectory(place, name));
      return { operation: world.operations.start({ kind: 'file-remove', title, subject: null, rows: [row], steps: [{ id: 'remove', title }], who: 'Mara' }) };
    }),
    copy: os.files.copy.handler(({ input }) => {
      const rows = world.select(input.selector);
      const title = input.direction === 'up' ? `Copy ${input.local} up to ${input.remote}` : `Copy ${input.remote} down to ${input.local}`;
      if (input.direction === 'up') world.guard(rows, input.confirm, input.selector, title);
      return { operation: world.operations.start({ kind: 'copy', title, subject: null, rows, steps: [{ id: 'copy', title }], who: 'Mara' }) };
    }),
    watchTransfers: os.files.watchTransfers.handler(({ context, signal }) => stateStream(context.client, world.transfers, signal)),
    local: os.files.local.handler(({ input }) => {
      const path = input.path === '' ? '/home/mara' : tidyPath(input.path);
      const names: Record<string, { name: string; directory: boolean; sizeBytes: number }[]> = {
        '/': [{ name: 'home', directory: true, sizeBytes: 4096 }],
        '/home': [{ name: 'mara', directory: true, sizeBytes: 4096 }],
        '/home/mara': [
          { name: 'Downloads', directory: true, sizeBytes: 4096 },
          { name: 'models', directory: true, sizeBytes: 4096 },
          { name: 'compose.yaml', directory: false, sizeBytes: 812 },
        ],
      };
      return { path, parent: path === '/' ? null : parentOf(path), entries: names[path] ?? [] };
    }),
  };
}
