import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { cliPath, Pilothouse } from '../support/pilothouse.ts';

/** A command of the CLI on a terminal of its own, as somebody sits at one: `script` gives it that. */
class AtTerminal {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  screen = '';

  constructor(directory: string, argv: readonly string[]) {
    const words = [process.execPath, cliPath, '--data', directory, ...argv].map((word) => `'${word}'`).join(' ');
    this.#child = spawn('script', ['-qefc', `stty cols 100 rows 30; ${words}`, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (bytes: Buffer) => {
      this.screen += bytes.toString('utf8');
    });
    this.ended = new Promise((resolve) => this.#child.on('close', resolve));
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  async shows(wanted: RegExp): Promise<void> {
    await expect.poll(() => this.screen, { timeout: 30_000, interval: 50 }).toMatch(wanted);
  }

  async leave(): Promise<number | null> {
    this.type('\u001d');
    return this.ended;
  }
}

describe('terminals on a real server, by command line', () => {
  const pilothouse = new Pilothouse();
  let server: FleetServer;
  let provisioned: FleetServer;

  beforeAll(async () => {
    const fleet = await ensureFleet();
    [server, provisioned] = await Promise.all([
      fleet.startServer({ kind: 'light', name: 'terminals-cli', gpus: [{ name: 'NVIDIA L4' }] }),
      fleet.startServer({ kind: 'prov', name: 'terminals-prov' }),
    ]);
    await addTrusted(pilothouse, 'gpu-01', server);
    await addTrusted(pilothouse, 'prov', provisioned);
    await provisioned.waitForSystem();
  });
  afterAll(async () => {
    await pilothouse.dispose();
    await Promise.all([server?.remove(), provisioned?.remove()]);
  });

  const open = (...argv: string[]) => new AtTerminal(pilothouse.directory, ['terminal', ...argv]);
  const listed = async () => (await pilothouse.json(['terminal', '--list'])).terminals;

  it('keep a shell through leaving, dropped packets and a killed core, until it is ended', async () => {
    const first = open('gpu-01');
    await first.shows(/Connected to gpu-01/);
    first.type('PS1="> "; kept=42; i=0; while sleep 0.2; do i=$((i+1)); echo $i >/tmp/counter; done & stty size; echo "st""arted"\r');
    await first.shows(/30 100[\s\S]*started/);
    expect(await first.leave()).toBe(0);
    const [terminal] = await listed();
    expect(terminal).toMatchObject({ serverName: 'gpu-01', state: 'open', holder: 'python3' });
    const second = open('--attach', terminal.id);
    await second.shows(/started/);
    await server.cut();
    second.type('lost while the wire is cut\r');
    await second.shows(/connecting again/);
    await server.uncut();
    await second.shows(/connected again/);
    second.type('\rclear; echo "after the cut: $kept"\r');
    await second.shows(/after the cut: 42/);
    pilothouse.killCore();
    await second.ended;
    const before = Number(await server.mustExec('cat /tmp/counter'));
    const third = open('--attach', terminal.id);
    await third.shows(/after the cut: 42/);
    third.type('echo "after the kill: $kept $(jobs -r | grep -c Running)"\r');
    await third.shows(/after the kill: 42 1/);
    expect(Number(await server.mustExec('cat /tmp/counter'))).toBeGreaterThan(before);
    expect(await third.leave()).toBe(0);
    await pilothouse.json(['terminal', '--end', terminal.id]);
    expect(await listed()).toEqual([]);
    await expect.poll(async () => (await server.exec('pgrep -f "[h]older-.* hold"')).code, { timeout: 20_000 }).toBe(1);
  });

  it('watch GPUs, and say what a preset lacks', async () => {
    const gpu = open('gpu-01', '--preset', 'gpu');
    await gpu.shows(/NVIDIA-SMI[\s\S]*NVIDIA L4/);
    await gpu.shows(/NVIDIA-SMI[\s\S]*NVIDIA-SMI/);
    gpu.type('\u0003');
    expect(await gpu.ended).toBe(0);
    const journal = open('gpu-01', '--preset', 'container', '--of', 'web');
    await journal.shows(/There is no docker on this server[\s\S]*ended with 127/);
    await journal.ended;
    const ran = await pilothouse.run(['--json', 'terminal', 'gpu-01', '--preset', 'container']);
    expect(ran.exitCode).toBe(2);
    expect((await pilothouse.run(['--json', 'terminal', '--end', 'term_none'])).json.error.code).toBe('terminal.not-found');
  });

  it('open a shell in a container, its figures, the logs of a stack and the journal', async () => {
    const project = ['services:', '  web:', '    image: busybox:1.36', "    command: [sh, -c, 'while :; do echo a line of the log; sleep 1; done']", ''];
    await provisioned.mustExec('mkdir -p /srv/shop && cd /srv/shop && cat >compose.yaml && docker compose up -d --quiet-pull', { stdin: project.join('\n') });
    const shell = open('prov', '--preset', 'container', '--of', 'shop-web-1');
    await shell.shows(/# |\$ /);
    shell.type('echo "in $(cat /proc/1/comm)"\r');
    await shell.shows(/in sh/);
    shell.type('exit\r');
    expect(await shell.ended).toBe(0);
    for (const [preset, of, wanted] of [
      ['stats', 'shop', /CPU %[\s\S]*shop-web-1/],
      ['stack-logs', 'shop', /web-1[\s\S]{0,20}a line of the log/],
      ['journal', 'ssh', /sshd/],
    ] as const) {
      const pane = open('prov', '--preset', preset, '--of', of);
      await pane.shows(wanted);
      pane.type('\u0003');
      await pane.ended;
    }
  });
});
