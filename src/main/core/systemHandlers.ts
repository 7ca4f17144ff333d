import { os } from '../rpc/procedures.ts';
import { version } from './version.ts';

/** What the core says of itself. */
export interface SystemPorts {
  directory: string;
  startedAtMs: number;
  homeDirectory: string;
  sshAgent: boolean;
  who(): string;
  nowMs(): number;
}

/** Implements `system` of the contract. */
export function systemHandlers(ports: SystemPorts) {
  return {
    hello: os.system.hello.handler(() => ({
      version,
      pid: process.pid,
      dataDirectory: ports.directory,
      startedAtMs: ports.startedAtMs,
      nowMs: ports.nowMs(),
      who: ports.who(),
      homeDirectory: ports.homeDirectory,
      sshAgent: ports.sshAgent,
    })),
    ack: os.system.ack.handler(({ input, context }) => {
      context.client.ack(input.streamId, input.cost);
      return {};
    }),
  };
}
