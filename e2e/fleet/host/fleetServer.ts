import type { ChildProcess } from 'node:child_process';
import { waitForBanner } from './banner.ts';
import { CommandFailed, type CommandOptions, type CommandResult, mustRun } from './command.ts';
import { docker, mustDocker } from './docker.ts';
import { type GpuState, gpuStateFile } from './gpuState.ts';
import { removeServer } from './launchServer.ts';
import { trustPaths } from './paths.ts';
import type { ServerKind } from './serverSpec.ts';
import { reloadSshd } from './setUpServer.ts';
import { type LinkQuality, slowLinkRule, startSlowLink } from './slowLink.ts';

const bootLimitMs = 60_000;

/** A running test server: where to reach it over SSH, what truly is on it, and what can be done to it. */
export class FleetServer {
  readonly name: string;
  readonly kind: ServerKind;
  readonly host: string;
  readonly port = 22;
  readonly user = 'root';
  /** Private key that opens root and, unless their spec says otherwise, the other users. */
  readonly keyFile = trustPaths.sshKey;

  #slowLink: ChildProcess | undefined;

  constructor(name: string, kind: ServerKind, host: string) {
    this.name = name;
    this.kind = kind;
    this.host = host;
  }

  /** Runs a POSIX shell script on the server as root, past SSH: the ground truth for assertions. */
  exec(script: string, options: CommandOptions = {}): Promise<CommandResult> {
    return docker(['exec', '-i', this.name, 'sh', '-c', script], options);
  }

  /** Like `exec`, but returns the output without its final newline; throws CommandFailed when the script fails. */
  async mustExec(script: string, options: CommandOptions = {}): Promise<string> {
    const result = await this.exec(script, options);
    if (result.code !== 0) throw new CommandFailed(`${this.name}: ${script}`, result);
    return result.stdout.replace(/\n$/, '');
  }

  /** Resolves when an SSH server answers. */
  waitForSsh(): Promise<void> {
    return waitForBanner(this.host, this.port, bootLimitMs);
  }

  /** Resolves when systemd has finished starting, to `running` or `degraded`; a light server has no systemd. */
  async waitForSystem(): Promise<string> {
    return (await this.exec('systemctl is-system-running --wait', { timeoutMs: bootLimitMs })).stdout.trim();
  }

  /** Identifies the present boot; another one means that the server was started anew. */
  bootId(): Promise<string> {
    return this.mustExec('cat /proc/sys/kernel/random/boot_id');
  }

  /** SHA256 fingerprint of the Ed25519 host key, as `ssh-keygen -l` writes it. */
  async hostKeyFingerprint(): Promise<string> {
    const line = await this.mustExec('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub');
    return line.split(' ')[1] ?? '';
  }

  /** Shuts down cleanly and stays off. */
  async stop(): Promise<void> {
    // A fresh start has a fresh network namespace.
    this.#endSlowLink();
    await mustDocker(['stop', '--time', '10', this.name]);
  }

  /** Switches on what `stop` or `kill` switched off; resolves when sshd answers. */
  async start(): Promise<void> {
    await mustDocker(['start', this.name]);
    await this.waitForSsh();
  }

  /** Power loss: every process is gone at once, the disk stays; `start` boots it with a new boot id. */
  async kill(): Promise<void> {
    this.#endSlowLink();
    await mustDocker(['kill', this.name]);
  }

  /** Stops the clock for every process: connections stay open and nobody answers. */
  async pause(): Promise<void> {
    await mustDocker(['pause', this.name]);
  }

  /** Undoes `pause`. */
  async unpause(): Promise<void> {
    await mustDocker(['unpause', this.name]);
  }

  /** Cuts the cable: packets of both directions vanish without an answer. */
  async cut(): Promise<void> {
    for (const rule of await this.#cutRules()) await this.#iptables('-I', rule);
  }

  /** Undoes `cut`. */
  async uncut(): Promise<void> {
    for (const rule of await this.#cutRules()) await this.#iptables('-D', rule);
  }

  /** Makes the line to the server slow or lossy, also when it already was; see LinkQuality. */
  async slow(quality: LinkQuality): Promise<void> {
    await this.unslow();
    this.#slowLink = await startSlowLink(await this.#pid(), quality);
    await this.#iptables('-I', slowLinkRule);
  }

  /** Undoes `slow`; does nothing where the line is not slow. */
  async unslow(): Promise<void> {
    if (!this.#slowLink) return;
    // The rule first: what the program still holds when it ends is lost.
    await this.#iptables('-D', slowLinkRule);
    this.#endSlowLink();
  }

  /** Kills every sshd process, sessions included, with SIGKILL; the listener comes back by itself. */
  async killSshd(): Promise<void> {
    // The session processes have names of their own since OpenSSH 9.8; systemd counts a kill as a failure to recover from.
    await this.mustExec('pkill -KILL "^sshd" || true; if [ -d /run/systemd/system ]; then systemctl start ssh; fi');
    await this.waitForSsh();
  }

  /** Replaces the host keys, as a reinstalled or an impostor's machine would have others; returns the new fingerprint. */
  async changeHostKey(): Promise<string> {
    const renew = 'rm -f /etc/ssh/ssh_host_*; ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key';
    await this.mustExec(`set -e; ${renew}; ${reloadSshd}`);
    await this.waitForSsh();
    return this.hostKeyFingerprint();
  }

  /** Sets what nvidia-smi shows; puts the stand-in on the server when it is not there yet. */
  async setGpuState(state: GpuState): Promise<void> {
    const install = `mkdir -p $(dirname ${gpuStateFile}); ln -sf /usr/lib/fleet/nvidiaSmi/nvidia_smi.py /usr/bin/nvidia-smi`;
    // Renamed into place, so that a running nvidia-smi never reads half of it.
    const write = `cat >${gpuStateFile}.new; mv ${gpuStateFile}.new ${gpuStateFile}`;
    await this.mustExec(`set -e; ${install}; ${write}`, { stdin: JSON.stringify(state) });
  }

  /** Removes the server with its disks. */
  async remove(): Promise<void> {
    this.#endSlowLink();
    await removeServer(this.name);
  }

  #endSlowLink(): void {
    this.#slowLink?.kill('SIGKILL');
    this.#slowLink = undefined;
  }

  #pid(): Promise<string> {
    return mustDocker(['inspect', '--format', '{{.State.Pid}}', this.name]);
  }

  async #inNetwork(args: readonly string[]): Promise<string> {
    return mustRun('nsenter', ['-t', await this.#pid(), '-n', ...args]);
  }

  async #cutRules(): Promise<string[][]> {
    // Docker names the interface anew after a reconnect.
    const links = JSON.parse(await this.#inNetwork(['ip', '-j', 'link', 'show'])) as { ifname: string }[];
    const name = links.find((link) => /^eth\d+$/.test(link.ifname))?.ifname ?? 'eth0';
    return [
      ['PREROUTING', '-i', name, '-j', 'DROP'],
      ['POSTROUTING', '-o', name, '-j', 'DROP'],
    ];
  }

  async #iptables(action: string, [chain = '', ...rule]: readonly string[]): Promise<void> {
    // The mangle table: ufw and Docker inside the server rewrite only filter and nat.
    await this.#inNetwork(['iptables', '-w', '-t', 'mangle', action, chain, ...rule]);
  }
}
