import type { Expectation, HealthGate } from '../../../shared/model/stackDefinition.ts';

function expectationWords({ path, equals, atLeast, contains }: Expectation): string {
  const what = path === '' ? 'the answer' : path;
  if (equals !== undefined) return `${what} is ${JSON.stringify(equals)}`;
  if (atLeast !== undefined) return `${what} is at least ${atLeast}`;
  return contains === undefined ? `there is ${what}` : `${what} holds “${contains}”`;
}

/** A span in seconds as people say it: `90 s`, `30 min`. */
export function secondsWords(seconds: number): string {
  return seconds >= 120 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** What a gate asks for: its title, and how it is judged, in words. */
export function gateWords(gate: HealthGate): { title: string; asks: string; within: string } {
  const within = secondsWords(gate.timeoutS);
  switch (gate.kind) {
    case 'containers':
      return { title: 'Every container runs', asks: 'and is healthy where it has a health check', within };
    case 'http': {
      const expected = gate.expect?.map(expectationWords) ?? [];
      return { title: gate.title, asks: [`${gate.method ?? 'GET'} ${gate.url} answers ${gate.status.join(' or ')}`, ...expected].join(', '), within };
    }
    case 'chat': {
      const asks = [
        `${gate.model} streams an answer`,
        ...(gate.contains ? [`that holds “${gate.contains}”`] : []),
        ...(gate.maxFirstTokenMs ? [`its first token within ${gate.maxFirstTokenMs} ms`] : []),
        ...(gate.samples ? [`measured over ${gate.samples} requests`] : []),
      ];
      return { title: gate.title, asks: asks.join(', '), within };
    }
    case 'command':
      return { title: gate.title, asks: `${gate.command.join(' ')} in ${gate.service} ends with 0`, within };
  }
}
