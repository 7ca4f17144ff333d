import type { Engine } from '../../../../shared/model/engine.ts';
import type { StackId } from '../../../../shared/model/ids.ts';
import type { Reading } from '../../../../shared/model/reading.ts';
import type { RemoteServer } from '../../../remote/remote.ts';
import { type EngineContainer, parseEngineContainers } from './engineContainers.ts';
import { engineOfImage } from './engineImages.ts';
import { EngineReader, type EngineReaderPorts } from './engineReader.ts';

/** What the engines of one server need. */
export interface ServerEnginesPorts extends Omit<EngineReaderPorts, 'remote'> {
  remote: Pick<RemoteServer, 'forward' | 'exec'>;
  /** Text of `resources/health/engines.sh`. */
  script(): Promise<string>;
  log(event: string, fields: Record<string, unknown>): void;
}

/** Engines that are asked at the same time on one server. */
const askedAtOnce = 4;
const mostEngines = 64;
const scriptTimeoutMs = 60_000;

/** What is known of an engine, without its server. */
export type FoundEngine = Omit<Engine, 'serverId' | 'serverName' | 'via'>;

/** Finds the engines that run on one server and asks them. */
export class ServerEngines {
  readonly #ports: ServerEnginesPorts;
  #readers: EngineReader[] = [];
  /** Null: nobody has looked yet. */
  #foundAtMs: number | null = null;

  constructor(ports: ServerEnginesPorts) {
    this.#ports = ports;
  }

  /** When the server was last looked at for engines; null: never. */
  get foundAtMs(): number | null {
    return this.#foundAtMs;
  }

  get engines(): FoundEngine[] {
    return this.#readers.map(({ container, known, seen }) => ({
      ...{ container: container.name, kind: known.kind, stack: stackOf(container), service: container.service, image: container.image, ...seen },
    }));
  }

  /** Looks for containers of engines; those that were known and are the same keep what is remembered of them. */
  async find(signal: AbortSignal): Promise<void> {
    const { exec } = bound(this.#ports.remote);
    const { exitCode, stdout } = await exec({ script: await this.#ports.script(), lane: 'control', timeoutMs: scriptTimeoutMs, signal });
    this.#foundAtMs = this.#ports.nowMs();
    const containers = exitCode === 0 ? parseEngineContainers(stdout) : [];
    const known = new Map(this.#readers.map((reader) => [markOf(reader.container), reader]));
    this.#readers = containers
      .flatMap((container) => {
        const engine = engineOfImage(container.image);
        if (engine === null) return [];
        return [known.get(markOf(container)) ?? new EngineReader(container, engine, this.#ports)];
      })
      .slice(0, mostEngines);
  }

  /** Asks all of them once, a few at a time. Null: nothing can be said of any. */
  async read(signal: AbortSignal): Promise<Reading[] | null> {
    const waiting = [...this.#readers];
    const found: (Reading[] | null)[] = [];
    const next = async (): Promise<void> => {
      for (let reader = waiting.shift(); reader !== undefined; reader = waiting.shift()) found.push(await reader.read(signal));
    };
    await Promise.all(Array.from({ length: askedAtOnce }, next));
    const told = found.filter((readings) => readings !== null);
    return told.length === 0 ? null : told.flat();
  }
}

const bound = (remote: Pick<RemoteServer, 'exec'>) => ({ exec: remote.exec.bind(remote) });

/** A container that was made anew, or that has other addresses, is another one. */
function markOf({ id, addresses, ports }: EngineContainer): string {
  return JSON.stringify([id, addresses, ports]);
}

/** Projects of ours are called `ph-STACK`. */
function stackOf({ project }: EngineContainer): StackId | null {
  return project !== null && /^ph-[a-z0-9][a-z0-9-]{0,62}$/.test(project) ? (project.slice(3) as StackId) : null;
}
