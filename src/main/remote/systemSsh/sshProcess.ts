import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { RemoteTarget } from '../remote.ts';
import type { AskAnswers } from './askAnswers.ts';
import { makePipes, openPipe } from './namedPipe.ts';
import { type RunFiles, readyWord, runFiles, type SshRun, sshConfig } from './sshConfig.ts';

/** How a run of `ssh` ended. */
export interface SshEnd {
  /** What `ssh` itself said. */
  log: string;
  /** What the proxy command said. */
  proxySaid: string;
  /** There is no such program. */
  missing: boolean;
  /** What the file of known hosts held in the end. */
  knownHosts: string;
}

/** What a run needs beside its configuration. */
export interface SshProcessRequest {
  target: RemoteTarget;
  purpose: SshRun['purpose'];
  agentSocket: string | null;
  answers: AskAnswers;
  /** The way to the server, where that is not TCP from here. */
  tunnel: Duplex | null;
  /** Lines of known_hosts for the server. */
  knownHosts: string;
}

/** How long the last words of a proxy command are waited for. */
const lastWordsMs = 500;

/**
 * Keeps `ssh` for as long as somebody holds the other end of its stdin: it, and all it left behind, goes with us, whichever way we go.
 * The files go with it even where we are gone before. Its own words come last, on descriptor 3, apart from those of a proxy command. `$1`: directory of the run.
 */
const keeper = `
exec 4<&0
ssh -F "$1/config" -E "$1/log" -N pilothouse </dev/null 3>&- 4<&- &
ssh=$!
{ cat <&4 >/dev/null; trap '' TERM; kill "$ssh"; rm -rf "$1"; } >/dev/null 2>&1 3>&- &
watch=$!
exec 4<&-
wait "$ssh"
code=$?
kill "$watch" 2>/dev/null
cat "$1/log" >&3 2>/dev/null
exit "$code"
`;

/** Hands a question to us and prints what we answer. Questions that only tell something (\`touch the key\`) want no answer. */
const askpass = `#!/bin/sh
here=\${0%/*}
[ "\${SSH_ASKPASS_PROMPT:-}" != none ] || exit 0
printf '%s' "$1" | tr '\\n' ' ' >"$here/question"
echo >>"$here/question"
IFS= read -r answer <"$here/answer" || exit 1
case $answer in
  y*) printf '%s\\n' "\${answer#y}" ;;
  *) exit 1 ;;
esac
`;

/** One run of the laptop's `ssh`, in a directory of its own that goes with it. */
export class SshProcess {
  readonly files: RunFiles;
  readonly #directory: string;
  readonly #child: ChildProcess;
  readonly #closing: (() => void)[] = [];
  /** Resolves once it has ended and its files are gone. */
  readonly ended: Promise<SshEnd>;
  /** Resolves once a master is logged in and its control socket is there; never, when it ends first. */
  readonly ready: Promise<void>;

  private constructor(directory: string, files: RunFiles, request: SshProcessRequest) {
    this.#directory = directory;
    this.files = files;
    this.#serveQuestions(request.answers);
    if (request.tunnel !== null) this.#joinTunnel(request.tunnel);
    // A group of its own, and no terminal that ssh could ask on.
    this.#child = spawn('/bin/sh', ['-c', keeper, 'ssh', directory], {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', DISPLAY: process.env['DISPLAY'] ?? ':0', SSH_ASKPASS: files.askpass, SSH_ASKPASS_REQUIRE: 'force' },
    });
    this.#child.stdin?.on('error', () => undefined);
    const { stdout } = this.#child;
    this.ready = new Promise((resolve) => {
      let said = '';
      stdout?.on('data', (bytes: Buffer) => {
        said = (said + bytes.toString('utf8')).slice(-1000);
        if (said.includes(readyWord)) resolve();
      });
    });
    this.ended = this.#end();
  }

  /** Starts one. Throws `input.invalid` for a target that cannot be put into a configuration. */
  static async start(request: SshProcessRequest): Promise<SshProcess> {
    const directory = await mkdtemp(join(tmpdir(), 'ph-'));
    const files = runFiles(directory);
    try {
      const { target, purpose, agentSocket, tunnel } = request;
      await writeFile(files.config, sshConfig({ target, files, purpose, agentSocket, tunnelled: tunnel !== null }), { mode: 0o600 });
      await writeFile(files.knownHosts, request.knownHosts, { mode: 0o600 });
      await writeFile(files.askpass, askpass, { mode: 0o700 });
      await makePipes(files.question, files.answer, ...(tunnel === null ? [] : [files.toServer, files.fromServer]));
      return new SshProcess(directory, files, request);
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Ends it: at once where it listens, else within half a second. */
  stop(): void {
    this.#child.stdin?.destroy();
    setTimeout(() => this.#kill(), 500).unref();
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }

  #serveQuestions(answers: AskAnswers): void {
    const question = openPipe(this.files.question, 'read');
    const answer = openPipe(this.files.answer, 'write');
    this.#closing.push(
      () => question.destroy(),
      () => answer.destroy(),
    );
    let said = '';
    question.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
      for (let at = said.indexOf('\n'); at >= 0; at = said.indexOf('\n')) {
        const prompt = said.slice(0, at);
        said = said.slice(at + 1);
        answers.answer(prompt).then(
          (secret) => answer.write(secret === null ? 'n\n' : `y${secret}\n`),
          () => answer.write('n\n'),
        );
      }
    });
  }

  #joinTunnel(tunnel: Duplex): void {
    const toServer = openPipe(this.files.toServer, 'read');
    const fromServer = openPipe(this.files.fromServer, 'write');
    toServer.pipe(tunnel);
    tunnel.pipe(fromServer);
    tunnel.on('error', () => undefined);
    tunnel.once('close', () => this.stop());
    this.#closing.push(
      () => fromServer.destroy(),
      () => toServer.destroy(),
      () => tunnel.destroy(),
    );
  }

  async #end(): Promise<SshEnd> {
    const [, , stderr, log] = this.#child.stdio as unknown as [unknown, unknown, Readable, Readable];
    const said = [lastWords(stderr), lastWords(log)];
    const [logRead, allSaid] = [log, stderr].map((stream) => new Promise((resolve) => stream.once('close', resolve)));
    const code = await new Promise<number | null>((resolve) => {
      this.#child.once('error', () => resolve(null));
      this.#child.once('exit', resolve);
    });
    await logRead;
    // A proxy command may say why it ended after ssh itself has; what it left behind may hold the stream for ever.
    await Promise.race([allSaid, delay(lastWordsMs, undefined, { ref: false })]);
    for (const stream of this.#child.stdio) stream?.destroy();
    for (const close of this.#closing) close();
    const knownHosts = await readFile(this.files.knownHosts, 'utf8').catch(() => '');
    await rm(this.#directory, { recursive: true, force: true });
    const [proxySaid = '', own = ''] = said.map((words) => words());
    return { log: own, proxySaid, missing: code === 127, knownHosts };
  }
}

function lastWords(stream: Readable): () => string {
  let said = '';
  stream.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString('utf8')).slice(-8000);
  });
  return () => said;
}
