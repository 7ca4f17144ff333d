import { found, inService, type LintRule } from '../lintSubject.ts';

/** An answer of health that is always the same. */
export const constantHealth: LintRule = {
  id: 'constant-health',
  title: 'A health check that cannot fail',
  why: 'An endpoint that always says "healthy", a check that ends with `|| true` or asks curl without -f, find nothing: a service without its model or its database stays in the pool. Let the answer follow what it is made of, and answer 503 when a part is missing; let a gate judge the fields and not the status alone.',
  traps: ['X-101'],
  *check({ project, files, definition }) {
    for (const { name, health } of project.services) {
      if (health === null || health === 'disabled') continue;
      const text = health.words.join(' ').trim();
      const why = constant(text, health.words);
      if (why !== null)
        yield found(
          'error',
          'X-101',
          inService(health.at, name),
          `The health check of ${name} ${why}, so that it cannot fail.`,
          'Ask for something that is only there when the service works.',
        );
    }
    for (const { path, text } of files) {
      if (!/\.(py|js|ts|mjs|go)$/.test(path)) continue;
      yield* inCode(path, text);
    }
    for (const gate of definition?.gates ?? []) {
      if (
        gate.kind !== 'http' ||
        gate.expect !== undefined ||
        !/\/health(z|y|check)?\/?$/.test(gate.url) ||
        definition?.gates.some(({ kind }) => kind === 'chat')
      )
        continue;
      yield found(
        'note',
        'X-101',
        { file: 'stack.yaml', line: null },
        `The gate "${gate.title}" judges the status of ${gate.url} alone; where that is always 200, it finds nothing.`,
        'Add `expect` with the fields that have to hold.',
      );
    }
  },
};

function constant(text: string, words: readonly string[]): string | null {
  if (/^(?:true|:|exit 0|echo\b[^|&;]*|\/bin\/true)$/.test(text)) return `is "${text.slice(0, 60)}"`;
  if (/\|\|\s*(?:true|exit 0|:)\s*$/.test(text)) return 'ends well whatever its command says';
  const curl = /(?:^|\s)curl\s+([^|&;]*)/.exec(` ${text}`)?.[1];
  const failing = words.some((word) => /^(?:-[a-zA-Z]*f[a-zA-Z]*|--fail(?:-with-body)?)$/.test(word)) || /\s-[a-zA-Z]*f|--fail/.test(` ${curl ?? ''}`);
  if (curl !== undefined && !failing && !/\|/.test(text)) return 'asks curl without -f, which takes an error page for an answer';
  return null;
}

/** Routes of health whose status is a text, and figures of a card that are asked for without looking for one. */
function* inCode(file: string, text: string): Iterable<ReturnType<typeof found>> {
  const lines = text.split('\n', 20_000);
  for (const [index, line] of lines.entries()) {
    if (!/["'`][^"'`]*\/(?:health|healthz|ready|live)[^"'`]*["'`]/.test(line) || !/(?:get|route|HandleFunc|api_route)\s*\(/.test(line)) continue;
    const body = bodyOf(lines, index);
    const status = body.findIndex((each) => /["']?status["']?\s*[:=]\s*["'](?:healthy|ok|up|pass|alive)["']/i.test(each));
    const judged = body.some((each) => /\b(?:if|raise|throw|503|500|status_code)\b/.test(each));
    if (status >= 0 && !judged)
      yield found(
        'warning',
        'X-101',
        { file, line: index + 1 + status },
        'This answers the same whatever its parts say.',
        'Let the status follow the parts, and answer 503 when one is missing.',
      );
    const memory = body.findIndex((each) => /cuda\.mem_get_info\(/.test(each));
    if (memory >= 0 && !body.some((each) => /if\b.*is_available\(\)/.test(each)))
      yield found(
        'warning',
        'X-101',
        { file, line: index + 1 + memory },
        'mem_get_info raises where there is no CUDA, so that the answer is an error instead of a judgement.',
        'Ask torch.cuda.is_available() first.',
      );
  }
}

/** Lines of a function: until the next route, or text that begins at the margin again. */
function bodyOf(lines: readonly string[], from: number): string[] {
  const end = lines.findIndex((line, index) => index > from + 1 && /^(?:@|def |async def |app\.|router\.|class |func )/.test(line));
  return lines.slice(from, Math.min(end < 0 ? lines.length : end, from + 60));
}
