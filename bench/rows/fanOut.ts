import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../src/main/database/openDatabase.ts';
import { createExecService } from '../../src/main/features/exec/execService.ts';
import { createOperations } from '../../src/main/operations/createOperations.ts';
import { openTestRemote } from '../../src/main/remote/testRemote.ts';
import type { RequestId } from '../../src/shared/model/ids.ts';
import type { Server } from '../../src/shared/model/server.ts';
import type { Hosts } from '../hosts.ts';
import { inTurns, median, ratioOf, run, timed } from '../measure.ts';
import type { Row } from '../row.ts';

const seconds = (figures: readonly number[]) => `${(median(figures) / 1000).toFixed(2)} s`;

/** A core's part that runs commands: journal on disk, engine, remote layer. */
export function openFanOut(hosts: Hosts) {
  const directory = mkdtempSync(join(tmpdir(), 'pilothouse-bench-'));
  const database = openDatabase({ directory });
  const test = openTestRemote(hosts.all.map(({ target }) => target));
  const operations = createOperations({ database, directory, remoteServer: (id) => test.remote.server(id), log: () => {} });
  const servers = hosts.all.map(({ target: { serverId: id, name } }) => ({ id, name, environment: 'development' }) as Server);
  let picked = servers;
  const exec = createExecService({ operations, select: () => picked, who: () => 'Bench', log: () => {} });
  let number = 0;
  return {
    remote: test,
    /** Runs a command, journaled, on the first so many hosts to its end; throws unless all succeeded. */
    exec: async (command: string[], on = servers.length) => {
      number += 1;
      picked = servers.slice(0, on);
      const { id } = await exec.start({
        requestId: `bench-${process.pid}-${number}` as RequestId,
        selector: 'all',
        command,
        sudo: false,
        timeoutS: 120,
        strategy: { kind: 'all', concurrency: 64 },
      });
      const ended = await operations.finished(id);
      if (ended.state !== 'succeeded') throw new Error(`${ended.state}: ${JSON.stringify(ended.error)}`);
    },
    close: async () => {
      await operations.close();
      await test.remote.close();
      database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** `uptime` on all hosts: ours journaled as an operation, against clush and ansible as they are used. */
export async function fanOutRows(hosts: Hosts, rounds: number, has: (program: string) => boolean): Promise<Row[]> {
  const addresses = hosts.all.map(({ address }) => address);
  const all = addresses.length;
  const list = addresses.join(',');
  const options = hosts.sshOptions.join(' ');
  const clush = (how: readonly string[]) => run('clush', ['-S', '-o', how.join(' '), '-w', list, 'uptime']);
  const inventory = join(hosts.sshd.directory, 'hosts.ini');
  writeFileSync(inventory, `${addresses.join('\n')}\n`);
  const env = { ...process.env, ANSIBLE_HOST_KEY_CHECKING: 'True', ANSIBLE_SSH_ARGS: options, ANSIBLE_LOCALHOST_WARNING: 'False' };
  const ansible = () => run('ansible', ['-i', inventory, '-m', 'raw', '-f', '64', '-a', 'uptime', 'all'], { env });
  const rows: Row[] = [];

  const coldWays: Record<string, () => Promise<unknown>> = {
    ours: async () => {
      const fanOut = openFanOut(hosts);
      await fanOut.exec(['uptime']);
      await fanOut.close();
    },
    ...(has('clush') && { clush: () => clush(hosts.sshOptions) }),
  };
  const cold = await inTurns(rounds, coldWays);
  const about = `${all} addresses of ${hosts.sshds.length} sshds, all on this computer; ours with journal, job and output on disk, from opening the database`;
  if (cold['clush'] !== undefined && cold['ours'] !== undefined) {
    rows.push({
      ...{
        id: 'fan-cold',
        what: `\`uptime\` on ${all} hosts, cold, journaled`,
        anchor: '`clush`',
        ours: seconds(cold['ours']),
        theirs: seconds(cold['clush']),
        about,
      },
      ...{ value: ratioOf(cold['ours'], cold['clush']), target: { is: 'at most', value: 0.3, unit: '' } },
    });
  }
  if (has('ansible') && cold['ours'] !== undefined) {
    const theirs = [await timed(ansible)];
    rows.push({
      ...{
        id: 'fan-ansible',
        what: `\`uptime\` on ${all} hosts, cold, journaled`,
        anchor: '`ansible -m raw -f 64`',
        ours: seconds(cold['ours']),
        theirs: seconds(theirs),
        about,
      },
      ...{ value: median(cold['ours']) / median(theirs), target: { is: 'at most', value: 0.1, unit: '' } },
    });
  }
  if (has('clush')) {
    const fanOut = openFanOut(hosts);
    const warm = await inTurns(rounds, { ours: () => fanOut.exec(['uptime']), clush: () => clush(hosts.masterOptions) });
    await fanOut.close();
    await Promise.all(addresses.map((address) => run('ssh', [...hosts.masterOptions, '-O', 'exit', address]).catch(() => '')));
    rows.push({
      ...{
        id: 'fan-warm',
        what: `\`uptime\` on ${all} hosts, warm, journaled`,
        anchor: '`clush` with ControlPersist',
        ours: seconds(warm.ours),
        theirs: seconds(warm.clush),
      },
      ...{ value: ratioOf(warm.ours, warm.clush), target: { is: 'at most', value: 0.4, unit: '' }, about: 'connections there beforehand' },
    });
  }
  return rows;
}

/** What it costs that a step survives everything: an operation of one step over a plain command. */
export async function durableRows(hosts: Hosts, rounds: number): Promise<Row[]> {
  const fanOut = openFanOut(hosts);
  const target = hosts.all[0]?.target;
  if (target === undefined) return [];
  const times = await inTurns(rounds * 4, {
    durable: () => fanOut.exec(['true'], 1),
    plain: () => fanOut.remote.server(target).exec({ script: 'true', timeoutMs: 30_000 }),
  });
  await fanOut.close();
  const extra = median(times.durable.map((figure, round) => figure - (times.plain[round] ?? 0)));
  return [
    {
      ...{
        id: 'durable',
        what: 'cost of a durable step over a plain exec',
        anchor: 'plain exec',
        ours: `${median(times.durable).toFixed(1)} ms`,
        theirs: `${median(times.plain).toFixed(1)} ms`,
      },
      ...{ value: extra, target: { is: 'at most', value: 20, unit: ' ms' }, about: 'on loopback, where six round trips take nothing' },
    },
  ];
}
