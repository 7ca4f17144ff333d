import type { ContainerFacts } from './containerFacts.ts';

/** What programs say when something outside of them is wrong, in plain words. */
const known: readonly [pattern: RegExp, words: string][] = [
  [/no space left on device|disk quota exceeded/i, 'there is no space left on the device'],
  [/port is already allocated|address already in use/i, 'a port that it publishes is taken'],
  [/out of memory|cannot allocate memory|std::bad_alloc/i, 'there was not enough memory'],
  [/manifest unknown|not found: manifest|repository does not exist/i, 'an image is not in its registry'],
  [/permission denied/i, 'it lacks a permission'],
];

/** A container that something is wrong with, as seen from its facts; `restartsBefore` by id is what it had when the release was started. */
export function isSuspect(facts: ContainerFacts, restartsBefore: ReadonlyMap<string, number> = new Map()): boolean {
  const finished = facts.state === 'exited' && facts.exitCode === 0 && !facts.restartsAlways;
  const more = facts.restarts > (restartsBefore.get(facts.id) ?? 0);
  return !finished && (facts.state !== 'running' || facts.health === 'unhealthy' || more || facts.startError !== '');
}

/** Why a container is not well, in a sentence without its full stop; `lines` are the last that it wrote. */
export function causeOf(facts: ContainerFacts, lines: readonly string[]): string {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '');
  const last = said.length === 0 ? '' : `; its last lines: ${said.slice(-3).join(' | ').slice(-600)}`;
  const hint = hintIn([facts.startError, ...said].join('\n'));
  const why = hint === null ? '' : `: ${hint}`;
  if (facts.startError !== '') return `Docker could not start ${facts.service}${why} (${facts.startError.slice(0, 300)})`;
  const limit = facts.memoryLimitBytes > 0 ? `, its limit is ${Math.round(facts.memoryLimitBytes / 1024 / 1024)} MiB` : '';
  const again = facts.restarts > 0 ? `, started again ${facts.restarts} times` : '';
  if (facts.outOfMemory)
    return `${facts.service} was killed because it ran out of memory (exit code ${facts.exitCode || 137}, OOMKilled${limit}${again})${last}`;
  if (facts.exitCode === 137) {
    const memory = facts.memoryLimitBytes > 0 ? ', as happens where memory runs out' : '';
    return `${facts.service} was killed (exit code 137${limit}${again})${memory}${last}`;
  }
  if (facts.health === 'unhealthy') {
    const check = facts.healthOutput === '' ? 'says nothing' : `says: ${facts.healthOutput.slice(-300)}`;
    return `${facts.service} is unhealthy${why}: its health check ${check}${last}`;
  }
  if (facts.exitCode !== null) return `${facts.service} ended with exit code ${facts.exitCode}${again}${why}${last}`;
  return `${facts.service} is ${facts.state}${again}${why}${last}`;
}

/** The known cause in a text, in plain words; null: none. */
export function hintIn(text: string): string | null {
  return known.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** What is wrong in the output of a program: its last lines, after the cause where it is a known one. */
export function causeInOutput(text: string): string {
  const hint = hintIn(text);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.findLast((line) => hintIn(line) !== null);
  const tail = lines.slice(-5);
  const said = (telling === undefined || tail.includes(telling) ? tail : [telling, ...tail]).join('\n').slice(-1000);
  return hint === null ? said : `${hint}: ${said}`;
}
