import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { answerCall } from './answerCall.ts';
import { type CallServer, listenForCalls } from './callServer.ts';
import { fingerprint, keepKey } from './demoKeys.ts';
import type { DemoServer } from './demoServer.ts';
import { createDirectoryWorld } from './directoryWorld.ts';
import { createEngine, type Engine } from './docker/engine.ts';
import { findHostTool, findSystemTool } from './hostTools.ts';
import { hostFigures } from './liveFigures.ts';
import { loginEnvironment } from './loginEnvironment.ts';
import { bootMachine, initNameFor, type MachineFigures } from './machineFigures.ts';
import { createNamespaceWorld, worldOwner } from './namespaceWorld.ts';
import type { Persona } from './personas.ts';
import { type SshServer, startSshServer } from './sshServer.ts';
import type { World, WorldFolders } from './world.ts';
import { createWorldFiles, linkTools } from './worldFiles.ts';

/** How often load and memory change on a server. */
const figuresIntervalMs = 2000;

/** How long a server has been up when the fleet starts: nobody believes a production server that booted this second. */
const initialUptimeS = 412_345;

/** One demo server, up until it is stopped. */
export interface DemoMachine {
  server(): DemoServer;
  dropConnections(): void;
  reboot(): Promise<void>;
  stop(): Promise<void>;
}

/** Brings up one demo server: its files, its world, its Docker, its SSH. */
export async function createDemoMachine(options: {
  persona: Persona;
  isolation: 'namespaces' | 'directory';
  directory: string;
  standins: string;
  clientKeyPath: string;
  clientPublicKey: string;
  port: number;
  log(event: string, fields: Record<string, unknown>): void;
}): Promise<DemoMachine> {
  const { log } = options;
  const isolated = options.isolation === 'namespaces';
  // Without a world of its own nothing gives a login root, so none of these is fresh.
  const persona: Persona = isolated ? options.persona : { ...options.persona, state: 'provisioned', loginUser: 'ops' };
  const owner = isolated ? worldOwner() : null;
  const folders: WorldFolders = {
    base: options.directory,
    root: join(options.directory, 'root'),
    run: join(options.directory, 'run'),
    machine: join(options.directory, 'machine'),
    state: join(options.directory, 'state'),
    standins: options.standins,
  };
  const shell = findSystemTool('sh') ?? '/bin/sh';
  const initName = initNameFor(shell);
  createWorldFiles({
    folders,
    persona,
    authorizedKey: options.clientPublicKey,
    owner,
    isolated,
    inside: isolated
      ? { standins: '/.demo/standins', tools: '/.demo/machine/tools', host: '/.demo/host' }
      : { standins: options.standins, tools: join(folders.machine, 'tools'), host: '' },
    standinNames: readdirSync(join(options.standins, 'bin')),
  });
  linkTools(folders, isolated ? findSystemTool : findHostTool, isolated ? '/.demo/host' : '');
  const hostKey = await keepKey(join(folders.state, 'host_ed25519'), persona.name);
  const engine: Engine = createEngine({ folders, persona, log });
  const world: World = isolated
    ? createNamespaceWorld(folders, { hostname: persona.name, initName })
    : createDirectoryWorld(folders, { hostname: persona.name });

  let calls: CallServer | null = null;
  let figures: MachineFigures | null = null;
  const boot = async (uptimeS: number): Promise<void> => {
    figures = bootMachine({
      folders,
      persona,
      owner,
      shell: isolated ? `/.demo/host${shell}` : shell,
      initName,
      uptimeS,
      figures: () => hostFigures(persona, Date.now(), engine.memoryMib()),
    });
    calls = await listenForCalls(folders.run, (call) => answerCall(call, { persona, engine, folders, sshPort: ssh.port, reboot: () => void reboot() }), log);
    await world.start();
    await engine.boot();
    ssh.open();
  };
  const shutDown = async (): Promise<void> => {
    ssh.shut();
    calls?.close();
    await world.end();
    await engine.halt();
  };
  let rebooting: Promise<void> | null = null;
  const reboot = (): Promise<void> => {
    rebooting ??= (async () => {
      await shutDown();
      await boot(0);
    })().finally(() => {
      rebooting = null;
    });
    return rebooting;
  };

  const ssh: SshServer = await startSshServer(options.port, {
    hostKey: hostKey.privateKey,
    root: folders.root,
    session: (account) => ({
      world,
      folders,
      log,
      environment: loginEnvironment(world, account, { serverName: persona.name, address: { host: '127.0.0.1', port: ssh.port } }),
    }),
    forward: (port) => engine.forwardedPort(port),
    log,
  });
  try {
    await boot(initialUptimeS);
  } catch (error) {
    await shutDown();
    await ssh.close();
    throw error;
  }
  const timer = setInterval(() => figures?.refresh(), figuresIntervalMs);
  timer.unref();

  return {
    server: () => ({
      name: persona.name,
      host: '127.0.0.1',
      port: ssh.port,
      user: persona.loginUser,
      clientKeyPath: options.clientKeyPath,
      hostKey: fingerprint(hostKey.publicKey),
      environment: persona.environment,
      tags: [...persona.tags],
      groups: [...persona.groups],
      sudo: isolated && persona.loginUser !== 'root' ? 'nopasswd' : 'none',
    }),
    dropConnections: () => ssh.drop(),
    reboot,
    async stop() {
      clearInterval(timer);
      await rebooting;
      await shutDown();
      await ssh.close();
    },
  };
}
