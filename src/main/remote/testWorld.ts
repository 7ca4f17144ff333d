import { onTestFinished } from 'vitest';
import type { RemotePorts, RemoteTarget } from './remote.ts';
import { openTestRemote, type TestRemote } from './testRemote.ts';
import { startTestSshd, type TestSshd, type TestSshdOptions } from './testSshd.ts';
import { startTestSshServer, type TestSshServer, type TestSshServerOptions } from './testSshServer.ts';

/** Servers and remote layers of one test: they go when it has ended, what came last first. */
export async function sshd(options?: TestSshdOptions): Promise<TestSshd> {
  const server = await startTestSshd(options);
  onTestFinished(server.stop);
  return server;
}

/** A server in this process, which misbehaves as told. */
export async function inProcess(options: TestSshServerOptions): Promise<TestSshServer> {
  const server = await startTestSshServer(options);
  onTestFinished(server.stop);
  return server;
}

/** A remote layer over targets. */
export function open(targets: readonly RemoteTarget[], ports?: Partial<RemotePorts>): TestRemote {
  const test = openTestRemote(targets, ports);
  onTestFinished(() => test.remote.close());
  return test;
}
