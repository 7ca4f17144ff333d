import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseScrape, parseScrapeInTurns } from './parseScrape.ts';
import { testRandom } from './testRandom.ts';

const corpus = join(import.meta.dirname, 'corpus');
const read = (name: string) => readFileSync(join(corpus, name), 'utf8');
const files = readdirSync(corpus).filter((name) => name.endsWith('.txt'));
const only = (text: string, name: string) => parseScrape(text).series.get(name)?.[0];

it('reads OpenMetrics: escapes, times in seconds, exemplars, what is no number, names in quotes', () => {
  const scrape = parseScrape(read('prometheus-client-0.23.1-openmetrics.txt'));
  expect(scrape).toMatchObject({ badLines: 0, truncated: false });
  const buckets = scrape.series.get('llm_inference_duration_seconds_bucket') ?? [];
  expect(buckets.map(({ value, atMs }) => [value, atMs])).toEqual([
    [8, 1_762_158_803_250],
    [17, 1_762_158_803_250],
    [18, null],
  ]);
  expect(buckets[0]?.labels.get('model')).toBe('qwen "7b"\\q4');
  expect(scrape.series.get('gpu_utilization_percent')?.map(({ value }) => value)).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
  expect([...(scrape.series.get('http_requests_total')?.[0]?.labels ?? [])]).toEqual([
    ['path', 'C:\\new'],
    ['text', 'two\nlines'],
    ['empty', ''],
  ]);
  expect(scrape.series.get('llm.tokens.total')?.[0]).toMatchObject({ value: 42, labels: new Map([['model.name', 'qwen']]) });
  expect(scrape.families.get('llm_inference_duration_seconds')).toEqual({
    type: 'histogram',
    unit: 'seconds',
    help: 'Duration of a whole inference.',
  });
});

it('takes times for milliseconds where the text is no OpenMetrics', () => {
  expect(only('x 1 1762158803250\n', 'x')?.atMs).toBe(1_762_158_803_250);
  expect(only('x 1 1762158803.25\n# EOF\n', 'x')?.atMs).toBe(1_762_158_803_250);
});

it.each([
  ['x 1', 1],
  ['x\t-2.5e-3 ', -0.0025],
  ['x{} .5', 0.5],
  ['x { a = "1" , b="2" , } +7.', 7],
  ['x -Inf', Number.NEGATIVE_INFINITY],
  ['x nan', Number.NaN],
  ['x{a="}# 9"} 3 # {} 1', 3],
  ['x 1\r', 1],
])('reads %j', (line, value) => expect(only(line, 'x')?.value).toBe(value));

it.each([
  'x',
  'x ',
  'x y',
  'x 0x10',
  'x 1_000',
  'x 1 2 3',
  'x 1 NaN',
  'x{a="1" 1',
  'x{a="1"b="2"} 1',
  'x{a=1} 1',
  'x{a="1} 1',
  'x{a} 1',
  'x{="1"} 1',
  '{a="1"} 1',
  '{"x","y"} 1',
  'y{"x"} 1',
  '{"a"="1","x"} 1',
  '9x 1',
  '"x" 1',
  '<html>',
  `x ${'9'.repeat(100)}`,
  `x{${Array.from({ length: 65 }, (_, index) => `l${index}="1"`).join(',')}} 1`,
])('takes %j for no line', (line) => expect(parseScrape(`${line}\nok 1\n`)).toMatchObject({ badLines: 1, series: new Map([['ok', expect.anything()]]) }));

it('leaves out what nobody wants, and counts only the rest', () => {
  const text = Array.from({ length: 100 }, (_, index) => `x${index} 1`).join('\n');
  const scrape = parseScrape(text, { wants: (name) => name.endsWith('7'), limits: { series: 10 } });
  expect(scrape.series.size).toBe(10);
  expect(scrape.truncated).toBe(false);
  expect(parseScrape('{"a.b"} 1', { wants: () => false }).series.size).toBe(0);
});

it('stops at its limits and says so', () => {
  expect(parseScrape('x 1\nx{a="1"} 2\nx{a="2"} 3', { limits: { series: 2 } })).toMatchObject({ truncated: true });
  expect(parseScrape(`x{a="${'y'.repeat(100)}"} 1\nx 2`, { limits: { lineCharacters: 50 } })).toMatchObject({ truncated: true, badLines: 0 });
  expect(parseScrape('# HELP a 1\n# HELP b 2', { limits: { families: 1 } })).toMatchObject({ truncated: true, families: new Map([['a', expect.anything()]]) });
  // A line that is cut is none: `1` may have been `12`.
  const cut = parseScrape('x 5\ny 12', { limits: { characters: 7 } });
  expect(cut).toMatchObject({ truncated: true, series: new Map([['x', expect.anything()]]) });
  expect(parseScrape('x 5\ny 12\nz 1', { limits: { characters: 8 } }).series.has('y')).toBe(true);
});

it('takes names of labels for what they are, whatever objects call their own', () => {
  const line = only('x{__proto__="1",constructor="2"} 1', 'x');
  expect(line?.labels.get('__proto__')).toBe('1');
  expect(line?.labels.get('toString')).toBeUndefined();
});

it.each(files.filter((name) => !name.includes('stub-status')))('reads every line of %s', (name) => {
  const text = read(name);
  const scrape = parseScrape(text);
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  expect(scrape).toMatchObject({ badLines: 0, truncated: false });
  expect([...scrape.series.values()].reduce((sum, each) => sum + each.length, 0)).toBe(lines.length);
});

it('neither fails nor hangs, whatever it is given', () => {
  const random = testRandom(7);
  const texts = files.map(read);
  const marks = ['{', '}', '"', '\\', '\n', '#', ',', '=', ' ', '\0', '\u2028', '{"', '# EOF', '# TYPE ', 'NaN', '1e999', '\ud800', '\r\n'];
  const startedAt = performance.now();
  for (let round = 0; round < 20_000; round += 1) {
    let text = texts[random(texts.length)] ?? '';
    const at = random(text.length + 1);
    text = text.slice(at, at + random(400));
    for (let change = random(6); change >= 0; change -= 1) {
      const place = random(text.length + 1);
      text = text.slice(0, place) + marks[random(marks.length)] + text.slice(place + random(3));
    }
    const scrape = parseScrape(text, { limits: { series: 50, lineCharacters: 200 } });
    for (const [name, series] of scrape.series) {
      if (name === '' || series.some((each) => typeof each.value !== 'number')) throw new Error(JSON.stringify(text));
    }
  }
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});

it.each([
  ['one line without end', 'x'.repeat(4_000_000)],
  ['quotes without end', `x{a="${'\\"'.repeat(15_000)}`],
  ['escapes', `x{a="${'\\n'.repeat(15_000)}"} 1`],
  ['labels', `x{${'a="1",'.repeat(5000)}} 1`],
  ['braces', `${'x{'.repeat(16_000)}\n`.repeat(50)],
  ['digits', `x ${'1'.repeat(32_000)}\n`.repeat(50)],
  ['blanks', `x ${' '.repeat(32_000)}y\n`.repeat(50)],
  ['comments', `# HELP ${'x '.repeat(16_000)}\n`.repeat(50)],
  ['newlines', '\n'.repeat(4_000_000)],
])('is through with %s in no time', (_, text) => {
  const startedAt = performance.now();
  parseScrape(text);
  expect(performance.now() - startedAt).toBeLessThan(5000);
});

it.each([
  ['series', (index: number) => `vllm:num_requests_running{model_name="m",i="${index}"} ${index}\n`],
  ['empty lines', () => '\n\n\n\n\n\n\n\n\n\n'],
  ['lines of many labels', (index: number) => `m{${Array.from({ length: 400 }, (_, label) => `l${label}="${index}"`).join(',')}} 1\n`],
])('lets others have their turn in a scrape of megabytes of %s, and reads the same', async (_, line) => {
  let text = '';
  for (let index = 0; text.length < 4 * 1024 * 1024; index += 1) text += line(index);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 0);
  const scrape = await parseScrapeInTurns(text);
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(5);
  expect(scrape).toEqual(parseScrape(text));
});
