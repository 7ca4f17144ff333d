import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Row } from '../row.ts';

const root = join(import.meta.dirname, '..', '..');
const printed =
  /^another pane (while nothing runs|meanwhile)[^:]*: keydown to write callback p50 ([\d.]+) ms, p99 ([\d.]+) ms; painted p50 ([\d.]+) ms, p99 ([\d.]+) ms \((\d+) keys\)/gm;

/** Keys in Chromium, alone and beside a flood in another pane, as the spec that measures them prints them. Throws where the spec fails. */
export function typingRows(megabytes: number): Row[] {
  const spec = ['test', '--project=e2e', '--retries=0', '--reporter=line', 'e2e/specs/terminalSpeed.spec.ts'];
  const env = { ...process.env, TERMINAL_MB: String(megabytes) };
  const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/playwright'), spec, { cwd: root, encoding: 'utf8', env });
  const found = [...stdout.matchAll(printed)];
  if (status !== 0 || found.length !== 2) throw new Error(`the spec of typing failed: ${stdout.slice(-500)}`);
  return found.map(([, when = '', p50, p99 = '', paintedP50, paintedP99, keys]) => {
    const alone = when === 'while nothing runs';
    return {
      ...{ id: alone ? 'typing-alone' : 'typing-flood', anchor: '–', theirs: '', value: Number(p99) },
      what: alone ? 'key in Chromium → xterm’s write callback' : 'the same beside a pane with a flood of `yes`',
      ours: `p50 ${p50} ms, p99 ${p99} ms; painted p50 ${paintedP50} ms, p99 ${paintedP99} ms`,
      target: { is: 'at most', value: 25, unit: ' ms' },
      about: `${keys} keys, from the browser’s own event; painted: until after the frame that shows it`,
    };
  });
}
