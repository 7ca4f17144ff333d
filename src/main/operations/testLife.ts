import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OperationId, RequestId } from '../../shared/model/ids.ts';
import type { Operation } from '../../shared/model/operation.ts';
import { type CellScripts, type TestEngine, testEngine, testRequest } from './testEngine.ts';

/** What the job of a life writes: characters of every length, more than one flush, with pauses. */
const jobScript = `
  echo ran >>"$HOME/applied-$STEP"
  [ -f "$PH_SECRETS/token" ] || { echo "no secret"; exit 90; }
  n=0
  while [ $n -lt 12 ]; do
    printf 'line %s of %s: aé€😀 \\n' "$n" "$STEP"
    [ $((n % 4)) -eq 0 ] && sleep 0.02
    n=$((n + 1))
  done
  printf '\\377\\000end'
  exit "$CODE"`;

/** The output of one job of a life. */
export function expectedOutput(step: string): Buffer {
  const lines = Array.from({ length: 12 }, (_, n) => `line ${n} of ${step}: aé€😀 \n`).join('');
  return Buffer.concat([Buffer.from(lines), Buffer.from([0xff, 0x00]), Buffer.from('end')]);
}

/** Steps that leave a line in a file of the server whenever one of their effects happens. */
function scripts(engine: () => TestEngine): CellScripts {
  const place = (server: string, file: string) => join(engine().server(server), file);
  return {
    prepare: async (context) => {
      context.phase('check');
      const count = await context.effect('count', 'read', async () => 1);
      context.phase('apply');
      const file = place(context.serverId, 'applied-once');
      const kept = await context.effect(
        'once',
        'once',
        async () => {
          appendFileSync(file, 'ran\n');
          return { kept: 'value' };
        },
        async () => (existsSync(file) ? { happened: true, result: { kept: 'value' } } : { happened: false }),
      );
      context.memory.set('kept', kept);
      return { state: 'done', detail: `counted ${count}` };
    },
    work: async (context) => {
      context.phase('apply');
      const { exitCode, tail } = await context.job('work', { script: jobScript, env: { STEP: 'work', CODE: '7' }, secrets: { token: 'x' } });
      context.memory.set('tail', tail.length);
      return { state: 'done', detail: JSON.stringify(context.memory.get('kept')), exitCode };
    },
  };
}

const requestId = 'request-of-all-lives' as RequestId;

/** Opens the next life in a directory, where a SIGKILL strikes this process at the journal boundary of that number. */
export function openLife(
  directory: string,
  servers: readonly string[],
  killAt: number,
): { engine: TestEngine; boundaries: () => number; run: () => Promise<Operation> } {
  let boundaries = 0;
  const journalHook = (): void => {
    boundaries += 1;
    if (boundaries === killAt) process.kill(process.pid, 'SIGKILL');
  };
  const engine: TestEngine = testEngine(
    directory,
    scripts(() => engine),
    { journalHook, faults: { chunkBytes: 37 } },
  );
  const run = async (): Promise<Operation> => {
    await engine.operations.recover();
    const request = testRequest(servers, { requestId, strategy: { kind: 'rolling', size: 1 }, mutates: true });
    const { id } = await engine.operations.start(request);
    return engine.operations.finished(id);
  };
  return { engine, boundaries: () => boundaries, run };
}

/** How often each effect happened on a server of a life. */
export function effectCounts(engine: TestEngine, server: string): Record<string, number> {
  const lines = (file: string) => {
    const path = join(engine.server(server), file);
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n').length : 0;
  };
  return { once: lines('applied-once'), work: lines('applied-work') };
}

/** Run as a program: one life, with the directory, the servers and the boundary to die at; prints how many boundaries it passed. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , directory = '', servers = '', killAt = '0'] = process.argv;
  const life = openLife(directory, servers.split(','), Number(killAt));
  const operation = await life.run();
  console.log(JSON.stringify({ id: operation.id satisfies OperationId, boundaries: life.boundaries() }));
  await life.engine.close();
}
