import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { NetworkVerdict } from '../../shared/model/network.ts';
import type { HostKey, Server } from '../../shared/model/server.ts';
import type { Database } from '../database/database.ts';
import type { Readings } from '../database/readings/openReadings.ts';
import { createServerDirectory, type ServerDirectory } from '../features/inventory/serverDirectory.ts';
import { ServersRepo } from '../features/inventory/serversRepo.ts';
import { createWindowsService, type WindowsService } from '../features/schedules/windowsService.ts';
import type { Keystore } from '../features/secrets/keystores.ts';
import { createSecretsService, type SecretsService } from '../features/secrets/secretsService.ts';
import { createSettingsService, type SettingsService } from '../features/settings/settingsService.ts';
import { createOperations } from '../operations/createOperations.ts';
import { SecretMask } from '../operations/masking/secretMask.ts';
import type { Operations } from '../operations/operations.ts';
import { agentAddress } from '../remote/agentClient.ts';
import type { Remote, RemoteServer } from '../remote/remote.ts';
import { openRemote } from '../remote/ssh2Remote.ts';
import { watchComputer } from '../remote/watchComputer.ts';
import { KeyedState } from '../rpc/keyedState.ts';
import type { Log } from './fileLog.ts';

/** What a core is made of. */
export interface CoreOptions {
  /** Data directory; its lock is held by the caller. */
  directory: string;
  /** Folder of the shipped catalogue. */
  resources: string;
  database: Database;
  readings: Readings;
  keystores: readonly Keystore[];
  environment: NodeJS.ProcessEnv;
  /** Servers are read in the background from the start; else once a window looks at the fleet. */
  background: boolean;
  log: Log;
}

/** What every feature stands on: settings, secrets, servers and their connections, and the engine that changes them. */
export interface Foundation extends Pick<CoreOptions, 'directory' | 'resources' | 'database' | 'readings'> {
  /** Masks what it is given. */
  log: Log;
  /** Secrets that were opened; they are taken out of all that is kept and shown. */
  secretMask: SecretMask;
  mask(text: string): string;
  nowMs(): number;
  /** Name of the person, for journal and manifests. */
  who(): string;
  homeDirectory: string;
  /** Whether an SSH agent runs for this person. */
  hasSshAgent: boolean;
  settings: SettingsService;
  secrets: SecretsService;
  /** Throws `secret.not-found`, `secret.keystore-locked`. */
  openSecret(name: string): Promise<string>;
  servers: ServersRepo;
  serverDirectory: ServerDirectory;
  /** Servers that a selector picks; throws `selector.invalid`, `selector.no-match`. */
  select(selector: string): Server[];
  selectServers(selector: string): Promise<Server[]>;
  remote: Remote;
  remoteOf(id: ServerId): RemoteServer;
  network: KeyedState<NetworkVerdict>;
  operations: Operations;
  windows: WindowsService;
  /** Ends the watch over this computer's sleep. Engine and connections are closed by whoever knows that nothing uses them any more. */
  stopWatchingComputer(): void;
}

/** Opens them. `onHostKeys` is told which keys a server showed. */
export function openFoundation(options: CoreOptions, onHostKeys: (id: ServerId, keys: readonly HostKey[]) => void): Foundation {
  const { directory, resources, database, readings, keystores, environment } = options;
  const secretMask = new SecretMask();
  const log: Log = (event, fields) => options.log(event, secretMask.data(fields));
  const nowMs = Date.now;
  const homeDirectory = homedir();
  const settings = createSettingsService({ database, nowMs });
  const secrets = createSecretsService({ database, keystores, nowMs, opened: (value) => secretMask.add(value) });
  const who = () => settings.get().displayName;
  const servers = new ServersRepo(database);
  const serverDirectory = createServerDirectory({ servers, secrets, homeDirectory });
  const agentSocket = agentAddress(environment, process.platform);
  const remote = openRemote({
    resolve: (id) => serverDirectory.resolveTarget(id),
    knownHostsFiles: knownHostsFiles(homeDirectory),
    ...{ agentSocket, onHostKeys, log },
  });
  const remoteOf = (id: ServerId) => remote.server(id);
  const network = new KeyedState<NetworkVerdict>();
  network.set('verdict', remote.network.verdict);
  remote.network.onChange((verdict) => {
    network.set('verdict', verdict);
    log('network.verdict', { ...verdict });
  });
  const stopWatchingComputer = watchComputer((why) => {
    log('computer.woke', { why });
    remote.wake();
  });
  return {
    ...{ directory, resources, database, readings, log, secretMask, nowMs, who, homeDirectory },
    ...{ settings, secrets, servers, serverDirectory, remote, remoteOf, network, stopWatchingComputer },
    mask: (text) => secretMask.text(text),
    hasSshAgent: agentSocket !== null,
    async openSecret(name) {
      const value = await secrets.get(name);
      if (value === null) throw new AppError('secret.not-found', { name });
      return value;
    },
    select: (selector) => serverDirectory.select(selector),
    selectServers: async (selector) => serverDirectory.select(selector),
    windows: createWindowsService({ database, servers: () => servers.all(), who, nowMs }),
    operations: createOperations({ database, directory, remoteServer: remoteOf, log, mask: secretMask }),
  };
}

/** Where OpenSSH looks for known hosts: the person's files, then the computer's. */
function knownHostsFiles(homeDirectory: string): string[] {
  const names = ['known_hosts', 'known_hosts2'];
  return [...names.map((name) => join(homeDirectory, '.ssh', name)), ...names.map((name) => join('/etc/ssh', `ssh_${name}`))];
}
