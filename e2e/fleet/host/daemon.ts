import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { mustRun } from './command.ts';
import { docker } from './docker.ts';
import { ensureNamespace, insideNamespace, livesInside } from './namespace.ts';
import { daemonPaths, stateDir } from './paths.ts';

/** Whether the fleet's own daemon answers. */
export async function daemonAnswers(): Promise<boolean> {
  return (await docker(['version', '--format', '{{.Server.Version}}'], { timeoutMs: 5000 })).code === 0;
}

async function runningPid(): Promise<number | undefined> {
  const pid = Number(await readFile(daemonPaths.pidFile, 'utf8').catch(() => ''));
  if (!pid) return undefined;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  // A recycled pid, or another dockerd, is not ours: ours names our socket.
  return commandLine.includes(daemonPaths.socket) ? pid : undefined;
}

async function waitFor(condition: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (Date.now() < deadline) {
    if (await condition()) return true;
    await delay(50);
  }
  return false;
}

async function spawnDaemon(): Promise<void> {
  const log = await open(daemonPaths.logFile, 'a');
  const flags = {
    host: `unix://${daemonPaths.socket}`,
    'data-root': daemonPaths.dataRoot,
    'exec-root': daemonPaths.execRoot,
    pidfile: daemonPaths.pidFile,
    bridge: 'none',
    iptables: 'false',
    ip6tables: 'false',
    // Only ever used towards the fleet's own registry, whose certificate no other client on this machine trusts.
    'insecure-registry': '10.0.0.0/8',
    // Where a system-wide containerd runs, dockerd uses it: names of our own keep the containers apart.
    'containerd-namespace': 'pilothouse-fleet',
    'containerd-plugins-namespace': 'pilothouse-fleet-plugins',
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const child = spawn('nsenter', insideNamespace('dockerd', ...args), { detached: true, stdio: ['ignore', log.fd, log.fd], cwd: stateDir });
  child.on('error', () => {});
  child.unref();
  await log.close();
}

/** Starts the fleet's own Docker daemon when it does not answer; throws with the log's place when it stays silent. */
export async function ensureDaemon(): Promise<void> {
  await mkdir(daemonPaths.clientConfig, { recursive: true });
  await ensureNamespace();
  const pid = await runningPid();
  // One that was started before there was a namespace, or whose namespace was taken away.
  if (pid && !(await livesInside(pid))) await stopDaemon();
  if (await daemonAnswers()) return;
  // A daemon that is still starting or stopping holds the pid file and the socket; a second one would only fail.
  if (await runningPid()) {
    if (await waitFor(async () => (await daemonAnswers()) || !(await runningPid()), 30_000)) {
      if (await daemonAnswers()) return;
    }
  }
  await rm(daemonPaths.pidFile, { force: true });
  // The default of 128 is used up by about twenty servers with systemd.
  await mustRun('sysctl', ['-qw', 'fs.inotify.max_user_instances=8192']);
  await spawnDaemon();
  if (!(await waitFor(daemonAnswers, 30_000))) throw new Error(`the fleet's dockerd does not answer; see ${daemonPaths.logFile}`);
}

/** Ends the fleet's own daemon, by the pid it wrote; returns false when none ran. */
export async function stopDaemon(): Promise<boolean> {
  const pid = await runningPid();
  if (!pid) return false;
  process.kill(pid, 'SIGTERM');
  const ended = await waitFor(async () => !(await runningPid()), 30_000);
  if (!ended) throw new Error(`the fleet's dockerd (pid ${pid}) does not end`);
  return true;
}

/** Detaches what a killed daemon left mounted below the state directory: until then that cannot be deleted. */
export async function unmountLeftovers(): Promise<void> {
  const mounted = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${stateDir}/`));
  // What was mounted last lies on top.
  for (const point of mounted.reverse()) await mustRun('umount', ['--lazy', point]);
}
