import type { Call } from '../callServer.ts';
import { type Container, isBroken } from './container.ts';
import type { Engine } from './engine.ts';

const stepMs = 60;

/**
 * Plays a command run inside a container. There is no container, so it knows the few programs that the stacks call: Ollama's own
 * command, ClickHouse's client, trivial ones. Others are answered as Docker answers a program that the image does not have.
 */
export async function execInContainer(call: Call, engine: Engine, container: Container, command: readonly string[]): Promise<number> {
  const [program = '', ...args] = command;
  if (isBroken(container.image)) {
    await call.err(`Error response from daemon: container ${container.id} is not running\n`);
    return 1;
  }
  switch (program) {
    case 'true':
      return 0;
    case 'false':
      return 1;
    case 'echo':
      await call.out(`${args.join(' ')}\n`);
      return 0;
    case 'env':
      await call.out(
        Object.entries(container.environment)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      );
      return 0;
    case 'hostname':
      await call.out(`${container.id.slice(0, 12)}\n`);
      return 0;
    case 'ollama':
      return ollama(call, engine, args);
    case 'clickhouse-client':
    case 'clickhouse':
      await call.out(/version\(\)/.test(args.join(' ')) ? '25.8.1.1\n' : '1\n');
      return 0;
    case 'pg_isready':
      await call.out('/var/run/postgresql:5432 - accepting connections\n');
      return 0;
    case 'redis-cli':
      await call.out('PONG\n');
      return 0;
    default:
      await call.err(
        `OCI runtime exec failed: exec failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown\n`,
      );
      return 127;
  }
}

async function ollama(call: Call, engine: Engine, args: readonly string[]): Promise<number> {
  const [verb, model = ''] = args;
  if (verb === 'list') {
    await call.out(
      `NAME                       ID              SIZE      MODIFIED\n${engine
        .models()
        .map((name) => `${name.padEnd(26)} dae161e27b0e    4.7 GB    2 minutes ago\n`)
        .join('')}`,
    );
    return 0;
  }
  if (verb === 'pull') {
    if (/absent/.test(model)) {
      await call.err('Error: pull model manifest: file does not exist\n');
      return 1;
    }
    await call.err('pulling manifest\n');
    for (const percent of [8, 31, 64, 100]) {
      await new Promise((resolve) => setTimeout(resolve, stepMs));
      await call.err(`pulling 60e05f210007: ${String(percent).padStart(3)}% of 4.7 GB\n`);
    }
    engine.addModel(model);
    await call.err('verifying sha256 digest\nwriting manifest\nsuccess\n');
    return 0;
  }
  if (verb === 'ps') {
    await call.out(`NAME    ID    SIZE    PROCESSOR    UNTIL\n`);
    return 0;
  }
  await call.err(`Error: unknown command "${verb ?? ''}" for "ollama"\n`);
  return 1;
}
