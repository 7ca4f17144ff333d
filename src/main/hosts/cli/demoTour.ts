import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Server } from '../../../shared/model/server.ts';
import { startCore } from '../../core/startCore.ts';
import { connectToCore } from '../../transport/coreClient.ts';
import { socketAddress } from '../../transport/socketAddress.ts';
import { newRequestId } from './cliContext.ts';
import { duration, type Output } from './terminalText.ts';

/** One stop: a command line as a person would type it, and the exit code that is right for it. */
interface Stop {
  what: string;
  argv: string[];
  exitCode: number;
}

/** Name that the tour gives to the server it adds. */
const name = 'tour-01';

function stops(server: Server, fingerprint: string, gatewayPort: number): Stop[] {
  const { host, user, auth, port } = server;
  const key = auth.kind === 'key' ? auth.path : '';
  const stop = (what: string, line: string, exitCode = 0): Stop => ({ what, argv: line.split(' '), exitCode });
  return [
    stop(
      'Add a server: its host key is unknown, so nothing is tried with it',
      `servers add ${name} --host ${host} --port ${port} --user ${user} --key ${key} --sudo nopasswd --env staging`,
      4,
    ),
    stop('Look at the key it offers', `servers trust ${name}`, 4),
    stop('Trust exactly this key', `servers trust ${name} --fingerprint ${fingerprint}`),
    stop('Read what the server is', `servers facts ${name} --refresh`),
    stop('Day 1: look, change, prove, step by step', `workflows run day1-base --on ${name}`),
    stop('Day 1 again: every step is satisfied already', `workflows run day1-base --on ${name}`),
    stop('What would a deploy do?', `stacks plan privaxai --on ${name} --set gatewayPort=${gatewayPort}`),
    stop('Deploy behind the health gate', `stacks deploy privaxai --on ${name} --set gatewayPort=${gatewayPort}`),
    stop('What runs there', `stacks status privaxai --on ${name}`),
    stop('The last lines of its logs', `stacks logs privaxai --on ${name} --tail 2`),
    stop('Take it down; data and releases stay', `stacks down privaxai --on ${name}`),
    stop('Which releases the server has recorded', `stacks releases privaxai --on ${name}`),
  ];
}

/**
 * Walks through Pilothouse on the demo fleet without a window, in a data directory of its own that is removed afterwards. Prints each
 * stop with the command a person would type. Returns whether every stop ended as it should.
 */
export async function runDemoTour(output: Output, run: (argv: string[]) => Promise<number>): Promise<boolean> {
  const started = performance.now();
  const directory = mkdtempSync(join(tmpdir(), 'pilothouse-demo-'));
  const core = await startCore({ directory });
  const { client, close } = await connectToCore(socketAddress(directory));
  let right = true;
  try {
    await client.demo.start({ requestId: newRequestId(), servers: 6 });
    const server = freshServer((await client.servers.list({})).servers);
    const { offered } = await client.servers.scanHostKey({ name: server.name });
    for (const [index, stop] of stops(server, offered.fingerprint, await freePort()).entries()) {
      output.line(`\n${output.style('bold', `${index + 1}. ${stop.what}`)}\n${output.style('cyan', `$ pilothouse ${stop.argv.join(' ')}`)}`);
      const exitCode = await run(['--data', directory, ...stop.argv]);
      if (exitCode === stop.exitCode) continue;
      right = false;
      output.problem(`This stop ended with ${exitCode}; ${stop.exitCode} was expected.`);
      break;
    }
    await client.demo.stop({ requestId: newRequestId() }).catch(() => {});
  } finally {
    close();
    await core.close();
    rmSync(directory, { recursive: true, force: true });
  }
  output.line(`\n${right ? 'The tour is done' : 'The tour broke off'} after ${duration(performance.now() - started)}.`);
  return right;
}

/** A demo server as a provider hands one over, with a root login and nothing else: there day 1 has work to do. */
function freshServer(servers: readonly Server[]): Server {
  const fresh = servers.find((server) => server.user === 'root');
  if (fresh === undefined) throw new Error('the demo fleet has no fresh server');
  return fresh;
}

/** A loopback port that is free now, for the demo gateway to publish. */
function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
