import type { Call } from '../callServer.ts';
import type { Persona } from '../personas.ts';
import type { WorldFolders } from '../world.ts';
import type { Engine } from './engine.ts';
import { goTemplate } from './goTemplate.ts';

/** Version that the stand-in's formats are those of. */
export const engineVersion = '28.3.2';

/** What the stand-in for `docker` needs of its server. */
export interface DockerPorts {
  engine: Engine;
  persona: Persona;
  folders: WorldFolders;
}

/** One call of a docker command. */
export interface Verb {
  call: Call;
  args: string[];
  ports: DockerPorts;
  /** Why the daemon does not answer this login; null: it does. */
  refused: string | null;
}

/** Answers one docker command with its exit code. */
export type DockerVerbs = Readonly<Record<string, (verb: Verb) => Promise<number>>>;

/** The spellings of `--format`. */
export const formatOption = { '--format': ['format', true], '-f': ['format', true] } as const;

/** The last value of an option. */
export const one = (options: Map<string, string[]>, name: string): string | undefined => options.get(name)?.at(-1);

/** Prints what `docker inspect` finds, through a template or as JSON; says what it does not find. */
export async function inspectAll(
  call: Call,
  format: string | undefined,
  references: readonly string[],
  find: (reference: string) => Record<string, unknown> | null,
  kind = 'object',
): Promise<number> {
  const found: Record<string, unknown>[] = [];
  const missing: string[] = [];
  for (const reference of references) {
    const data = find(reference);
    if (data) found.push(data);
    else missing.push(kind === 'image' ? `Error response from daemon: No such image: ${reference}` : `Error: No such object: ${reference}`);
  }
  if (format && format !== 'json') await call.out(found.map((data) => `${goTemplate(format, data)}\n`).join(''));
  else await call.out(`${JSON.stringify(found, null, 4)}\n`);
  for (const line of missing) await call.err(`${line}\n`);
  return missing.length > 0 ? 1 : 0;
}
