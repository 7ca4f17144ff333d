import type { NetworkVerdict } from '../../shared/model/network.ts';
import type { KeyedState } from '../rpc/keyedState.ts';
import { os } from '../rpc/procedures.ts';
import { stateStream } from '../rpc/stateStream.ts';
import { version } from './version.ts';

/** What the core says of itself. */
export interface SystemPorts {
  directory: string;
  startedAtMs: number;
  homeDirectory: string;
  sshAgent: boolean;
  who(): string;
  nowMs(): number;
  beginWatching(): void;
  /** The verdict under the key `verdict`. */
  network: KeyedState<NetworkVerdict>;
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
    beginWatching: os.system.beginWatching.handler(() => {
      ports.beginWatching();
      return {};
    }),
    watchNetwork: os.system.watchNetwork.handler(({ context, signal }) => stateStream(context.client, ports.network, signal)),
    network: os.system.network.handler(() => ports.network.get('verdict') ?? { state: 'fine' }),
    ack: os.system.ack.handler(({ input, context }) => {
      context.client.ack(input.streamId, input.cost);
      return {};
    }),
  };
}
