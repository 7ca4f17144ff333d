import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TerminalId } from '../../../shared/model/ids.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import { startTestChaosProxy, type TestChaosProxy } from '../../remote/testChaosProxy.ts';
import { openTestRemote, type TestRemote } from '../../remote/testRemote.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { readHolderPrograms } from './holder/holderScript.ts';
import { serverShells } from './serverShells.ts';
import type { TerminalsService } from './terminalsService.ts';
import { addTestServer, testTerminals } from './testTerminals.ts';

const programs = readHolderPrograms(join(import.meta.dirname, '../../../../resources'));

/** A PATH with this system's programs but for some. */
function pathWithout(directory: string, hidden: RegExp): string {
  const path = join(directory, 'bin');
  mkdirSync(path);
  for (const name of readdirSync('/usr/bin')) if (!hidden.test(name)) symlinkSync(join('/usr/bin', name), join(path, name));
  return path;
}

const hiddenPrograms = testDirectory();
afterAll(() => hiddenPrograms[Symbol.dispose]());

describe.each([
  { name: 'by Python 3', wanted: 'python3', options: {} },
  { name: 'by Python 3, with OpenSSH as client', wanted: 'python3', options: { systemSsh: true } },
  { name: 'by perl, where there is no Python 3', wanted: 'perl', options: { environment: { PATH: pathWithout(hiddenPrograms.path, /^python/) } } },
])('a shell held $name', ({ wanted, options }) => {
  let sshd: TestSshd;
  let proxy: TestChaosProxy;
  let test: TestRemote;
  let database: Database;
  let directory: ReturnType<typeof testDirectory>;
  const lives: TerminalsService[] = [];

  /** A new core over the same data directory. */
  const life = () => {
    const { serverId } = sshd.target();
    const shells = serverShells({ remote: () => test.remote.server(serverId), programs });
    const made = testTerminals({ database, directory: directory.path, shells, serverId });
    lives.push(made.service);
    return made;
  };
  const screen = async (service: TerminalsService, id: TerminalId) => (await service.session(id).snapshot()).text;
  const shows = (service: TerminalsService, id: TerminalId, wanted: RegExp) =>
    expect.poll(() => screen(service, id), { timeout: 20_000, interval: 20 }).toMatch(wanted);

  beforeAll(async () => {
    sshd = await startTestSshd(options);
    proxy = await startTestChaosProxy(sshd.port);
  });
  beforeEach(() => {
    directory = testDirectory();
    database = openDatabase({ directory: directory.path });
    addTestServer(database, sshd.target().serverId);
    test = openTestRemote([sshd.target({ name: 'box', host: '127.0.0.1', port: proxy.port })]);
  });
  afterEach(async () => {
    const last = life().service;
    for (const { id } of last.list()) {
      last.session(id).end();
      await expect.poll(() => last.session(id).terminal.state, { timeout: 10_000 }).toBe('closed');
    }
    for (const service of lives.splice(0)) service.dispose();
    await test.remote.close();
    database.close();
    directory[Symbol.dispose]();
  });
  afterAll(async () => {
    await proxy.stop();
    await sshd.stop();
  });

  it('keeps its variables and its counter through a cut and a killed core, and shows the screen as it was', async () => {
    const first = life();
    const { id, holder } = await first.open('request-1');
    expect(holder).toBe(wanted);
    first.service.write(id, 'PS1="> "; kept=42; stty size; echo "st""arted"\r');
    await shows(first.service, id, /24 80[\s\S]*started/);
    expect(proxy.reset()).toBeGreaterThan(0);
    await expect.poll(() => first.service.list()[0]?.state).toBe('reconnecting');
    await expect.poll(() => first.service.list()[0]?.state, { timeout: 20_000 }).toBe('open');
    first.service.write(id, 'echo "cut: $kept"\r');
    await shows(first.service, id, /cut: 42/);
    first.service.dispose();
    const second = life();
    second.service.write(id, 'echo "early: $kept"\r');
    await shows(second.service, id, /started[\s\S]*cut: 42[\s\S]*early: 42/);
    second.service.session(id).resize(100, 30);
    second.service.write(id, 'stty size; echo "new: $kept"\r');
    await shows(second.service, id, /30 100[\s\S]*new: 42/);
  });

  it('gives every byte once and in order through many cuts', async () => {
    const { service, open } = life();
    const { id } = await open('request-1');
    const session = service.session(id);
    service.write(
      id,
      'PS1=; stty -echo; echo be""gin; for i in $(seq 1 20000); do echo "line $i"; [ $((i % 500)) -gt 0 ] || sleep 0.05; done; echo "the"" end"\r',
    );
    let text = '';
    let at = session.ring.start;
    let cuts = 0;
    while (!text.includes('the end')) {
      const bytes = session.ring.read(at, 1_000_000);
      if (bytes === null) throw new Error('the ring lost bytes');
      at += bytes.length;
      text += Buffer.from(bytes).toString('latin1');
      if (text.length > (cuts + 1) * 12_000 && cuts < 15 && session.terminal.state === 'open') {
        cuts += 1;
        proxy.reset();
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const lines = text
      .slice(text.lastIndexOf('begin'))
      .split('\r\n')
      .filter((line) => line.startsWith('line '));
    expect(lines).toEqual(Array.from({ length: 20_000 }, (_, index) => `line ${index + 1}`));
    console.log(`20,000 lines through ${cuts} cuts, each once and in order`);
  });

  it('tells a shell that ended while nobody looked from one that is only far away', async () => {
    const first = life();
    const { id } = await first.open('request-1');
    const { id: other } = await first.open('request-2');
    first.service.write(id, 'sleep 0.3; exit 7\r');
    await expect.poll(() => first.service.list().find((each) => each.id === id)?.reason, { timeout: 10_000 }).toBe('the shell ended with 7');
    proxy.refuse(true);
    proxy.reset();
    first.service.close(other);
    first.service.dispose();
    const second = life();
    expect(second.service.list()).toEqual([]);
    expect(database.all(database.query.selectFrom('terminals').selectAll())).toMatchObject([{ id: other, ending: 1 }]);
    proxy.refuse(false);
    await expect.poll(() => database.all(database.query.selectFrom('terminals').selectAll()), { timeout: 20_000 }).toEqual([]);
  });

  it('interrupts a program at once while it prints without end, and a second shell answers meanwhile', async () => {
    const { service, open } = life();
    const { id } = await open('request-1');
    const { id: other } = await open('request-2');
    service.write(id, 'PS1=; yes\r');
    await expect.poll(() => service.session(id).ring.end - service.session(id).ring.start, { timeout: 10_000 }).toBeGreaterThan(500_000);
    service.write(other, 'echo "st""ill here"\r');
    await shows(service, other, /still here/);
    service.write(id, '\u0003');
    service.write(id, 'echo "st""opped"\r');
    await shows(service, id, /stopped/);
  });
});

it('where nothing can hold a shell, it is said, and the shell ends with its connection', async () => {
  const sshd = await startTestSshd({ userland: 'busybox' });
  using directory = testDirectory();
  const database = openDatabase({ directory: directory.path });
  const { serverId } = sshd.target();
  addTestServer(database, serverId);
  const test = openTestRemote([sshd.target({ name: 'box' })]);
  const { service, open } = testTerminals({
    ...{ database, directory: directory.path, serverId },
    shells: serverShells({ remote: () => test.remote.server(serverId), programs }),
  });
  const { id, holder } = await open('request-1', 'gpu');
  expect(holder).toBeNull();
  await expect.poll(() => service.session(id).terminal.reason, { timeout: 10_000 }).toBe('the shell ended with 127');
  expect((await service.session(id).snapshot()).text).toContain('There is no nvidia-smi on this server.');
  const { id: other } = await open('request-2');
  expect(sshd.dropConnections()).toBeGreaterThan(0);
  await expect.poll(() => service.session(other).terminal.reason, { timeout: 10_000 }).toBe('the connection was lost, and the shell with it');
  service.dispose();
  await test.remote.close();
  database.close();
  await sshd.stop();
});
