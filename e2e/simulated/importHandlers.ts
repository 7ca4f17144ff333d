import { comparePreview } from '../../src/main/features/inventory/import/comparePreview.ts';
import type { ServerDraft } from '../../src/main/features/inventory/import/importDraft.ts';
import { exportServers, previewImport } from '../../src/main/features/inventory/import/importService.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import { AppError } from '../../src/shared/errors.ts';
import { confirmProduction } from '../../src/shared/model/confirmation.ts';
import type { ServerFields } from '../../src/shared/model/server.ts';
import type { World } from './world.ts';

const path = '/home/mara/.ssh/config';
const person = { user: 'mara', uid: 1000, homeDirectory: '/home/mara', hostname: 'desk.example.com', environment: {} };

/** Implements what of `servers` reads and writes files. Text that is handed over is really read; files are made up. */
export function importHandlers(world: World) {
  const servers = () => world.rows.values().map((row) => row.server);
  return {
    importPreview: os.servers.importPreview.handler(({ input }) => {
      if (input.text !== undefined) return previewImport(input, { existing: servers(), local: person });
      if (input.path !== undefined) throw new AppError('import.unreadable', { source: input.path, reason: 'there is no such file' });
      return { path, entries: comparePreview(draftsFor(servers()), servers()), remarks };
    }),
    importApply: os.servers.importApply.handler(({ input }) => {
      const rows = input.update.map(({ name }) => world.byName(name));
      const change = { selector: `${rows.length} servers`, effect: 'change the records', confirm: input.confirm };
      confirmProduction(
        change,
        rows.map(({ server }) => server),
      );
      const added = input.add.map((fields) => world.add(fields).server);
      return { added, updated: rows.map((row, index) => world.edit(row, input.update[index]?.fields ?? {}).server) };
    }),
    export: os.servers.export.handler(({ input }) =>
      exportServers(
        (input.selector === undefined ? world.rows.values() : world.select(input.selector)).map((row) => row.server),
        input.format,
      ),
    ),
  };
}

const remarks = [
  { source: `${path}:2`, text: 'Include work/*.conf: there is no such file' },
  { source: `${path}:31`, text: 'Host *.corp.example.com: settings, no server; taken by 2' },
  { source: `${path}:58`, text: 'left out; ssh refuses the whole file for this line: there is no setting “ProxyJmp”' },
];

function draft(line: number, stated: Partial<ServerFields> & { name: string }, notes: string[] = [], problems: string[] = []): ServerDraft {
  return {
    title: stated.name,
    source: `${path}:${line}`,
    notes,
    problems,
    stated: { port: 22, ...stated },
    suggested: { user: 'ops', environment: 'development', sudo: 'nopasswd' },
  };
}

/** One of every state, with the long names and long reasons that real files have. */
function draftsFor(existing: readonly ServerFields[]): ServerDraft[] {
  const [first, second, third, fourth] = existing;
  const key = { kind: 'key' as const, path: '/home/mara/.ssh/id_ed25519', others: ['/home/mara/.ssh/id_rsa_2019'] };
  return [
    draft(4, { name: 'gate-lab', host: 'gate.lab.example.com', port: 2200, user: 'jump', auth: key, jump: null }, [
      'without effect here: ServerAliveInterval, ControlMaster, ControlPath',
    ]),
    draft(9, { name: 'gpu-lab-1', host: '192.0.2.31', auth: key, jump: 'gate-lab' }),
    draft(12, { name: 'gpu-lab-2', host: '192.0.2.32', auth: key, jump: 'gate-lab' }, [
      'ForwardAgent is not honoured: the agent is never forwarded',
      'LocalForward is not honoured: 8080 localhost:80',
    ]),
    draft(17, {
      name: 'a-name-that-somebody-made-very-long-so-that-it-says-all-of-it-1',
      host: 'a-name-that-somebody-made-very-long.internal.eu-central-1.example.com',
      jump: null,
    }),
    ...(first ? [draft(21, { ...first, user: 'deploy', port: first.port, tags: [...first.tags, 'imported'] })] : []),
    ...(second ? [draft(24, { ...second, host: '198.51.100.77' })] : []),
    ...(third ? [draft(27, { name: `${third.name}-again`, host: third.host, port: third.port, user: third.user, jump: third.jump })] : []),
    ...(fourth ? [draft(30, fourth)] : []),
    draft(40, { name: 'vpn-only', host: 'vpn.example.com', jump: null }, [
      'Match exec "nc -z vpn 22" is not evaluated: its block is left out (/home/mara/.ssh/config:44)',
    ]),
    draft(49, { name: 'storage', host: 'storage.example.com', jump: 'gone' }),
    draft(52, { name: '-oProxyCommand=x', host: '-oProxyCommand=x' }, [], ['“-oProxyCommand=x” has nothing that a name could be made of']),
  ];
}
