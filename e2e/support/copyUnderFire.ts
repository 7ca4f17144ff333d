import { setTimeout as delay } from 'node:timers/promises';
import xterm from '@xterm/headless';
import type { CoreClient } from '../../src/main/transport/coreClient.ts';
import type { Operation } from '../../src/shared/model/operation.ts';
import type { FleetServer } from '../fleet/testFleet.ts';
import { newRequest } from './newRequest.ts';

/**
 * Ends the connection that carries a copy, and no other, so often and evenly over its length: finds the program that the copy's script runs on
 * the server by its environment, waits until it has come far enough in its file, and kills the process of sshd that it stems from. Prints
 * `cut` each time; ends when it has done so `CUTS` times, or there is a file `/tmp/whole`. Bash's own means wherever they do: what it would
 * start a hundred times a second is missing to whoever types meanwhile.
 */
const cutScript = `
cuts=0
rm -f /tmp/whole
exec 9<> <(:)
declare -A strange
while [ "$cuts" -lt "$CUTS" ] && [ ! -e /tmp/whole ]; do
  for process in /proc/[0-9]*; do
    [ -z "\${strange[$process]}" ] || continue
    read -r name <"$process/comm" || continue
    case $name in
      tee | cat | tail) ;;
      # What is yet to become another program is looked at again.
      sshd* | bash | sh | dash | sudo) continue ;;
      *) strange[$process]=1; continue ;;
    esac
    # One that has only just begun has no environment for a moment.
    grep -Eqz '^PH_(PART|PREFIX)=' "$process/environ" || { ! grep -qz . "$process/environ" || strange[$process]=1; continue; }
    pid=\${process#/proc/}
    while [ -e "$process" ]; do
      at=0
      for file in "$process"/fdinfo/*; do
        read -r _ position <"$file" || continue
        [ "$position" -le "$at" ] || at=$position
      done
      [ "$at" -lt $(((cuts + 1) * BYTES / (CUTS + 1))) ] || break
      read -t 0.01 -u 9
    done
    [ -e "$process" ] || continue
    while [ "$pid" -gt 1 ]; do
      read -r name <"/proc/$pid/comm"
      case $name in sshd*) kill -9 "$pid" && cuts=$((cuts + 1)) && echo cut && break ;; esac
      pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
    done
    while [ -e "$process" ]; do read -t 0.01 -u 9; done
  done
  read -t 0.01 -u 9
done 2>/dev/null
exit 0
`;

/** A copy that is to be disturbed. */
export interface CopyUnderFire {
  client: CoreClient;
  server: FleetServer;
  /** Name of the server in the inventory. */
  name: string;
  direction: 'up' | 'down';
  local: string;
  remote: string;
  megabytes: number;
  cuts: number;
}

/** What came of it. */
export interface UnderFire {
  operation: Operation;
  cuts: number;
  seconds: number;
  /** Milliseconds from a keystroke to the call back of the terminal that has written its echo, in order. */
  keystrokesMs: number[];
}

/** Copies while the connection of the copy is cut again and again, evenly over its length, and somebody types in a terminal. */
export async function copyUnderFire(order: CopyUnderFire): Promise<UnderFire> {
  const { client, name, direction, local, remote, server } = order;
  const typing = new AbortController();
  const { keystrokesMs, done: typed } = await typeOn(client, name, typing.signal);
  const cutting = server.mustExec(`CUTS=${order.cuts} BYTES=${order.megabytes * 1_000_000} bash -s <<'SCRIPT'\n${cutScript}SCRIPT`, { timeoutMs: 600_000 });
  const begun = performance.now();
  const { operation } = await client.files.copy({ requestId: newRequest(), selector: name, direction, local, remote, sudo: false });
  let ended = operation;
  while (['queued', 'running'].includes(ended.state)) {
    await delay(100);
    ended = await client.operations.get({ id: operation.id });
  }
  const seconds = (performance.now() - begun) / 1000;
  typing.abort();
  await server.mustExec('touch /tmp/whole');
  const [said] = await Promise.all([cutting, typed]);
  const cuts = said.match(/cut/g)?.length ?? 0;
  return { operation: ended, cuts, seconds, keystrokesMs };
}

/** The value below which such a share of numbers lies. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Types a letter about 20 times a second into a shell, waits for the terminal to have written each, and keeps the times. */
async function typeOn(client: CoreClient, name: string, signal: AbortSignal) {
  const screen = new xterm.Terminal({ cols: 200, rows: 24, allowProposedApi: true });
  const { terminal } = await client.terminals.open({ requestId: newRequest(), server: name, preset: 'shell', cols: 200, rows: 24 });
  const leave = new AbortController();
  const stream = await client.terminals.attach({ id: terminal.id, afterOffset: 0 }, { signal: leave.signal });
  let written = '';
  let tell = () => {};
  const reading = (async () => {
    for await (const frame of stream) {
      if (frame.type !== 'bytes') continue;
      const bytes = Buffer.from(frame.data, 'base64');
      screen.write(bytes, () => {
        written += bytes.toString('latin1');
        tell();
      });
    }
  })().catch(ignoreAbort);
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      tell = () => written.includes(text) && resolve();
      tell();
    });
  // Nothing but what is typed comes back: no prompt, no shell that edits lines.
  await client.terminals.write({ id: terminal.id, data: "printf 'rea''dy\\n'; exec cat >/dev/null\n" });
  await until('ready');
  const keystrokesMs: number[] = [];
  const done = (async () => {
    for (let count = 0; !signal.aborted; count += 1) {
      const letter = String.fromCharCode(97 + (count % 26));
      written = '';
      const pressed = performance.now();
      await client.terminals.write({ id: terminal.id, data: count % 60 === 59 ? '\r' : letter });
      await until(count % 60 === 59 ? '\n' : letter);
      keystrokesMs.push(performance.now() - pressed);
      await delay(50);
    }
    leave.abort();
    await client.terminals.close({ requestId: newRequest(), id: terminal.id });
    await reading;
  })();
  return { keystrokesMs, done };
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && /abort/i.test(`${error.name} ${error.message}`))) throw error;
}
