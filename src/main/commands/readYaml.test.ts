import { expect, test } from 'vitest';
import { readYaml } from './readYaml.ts';

test('plain data, with the line of every value', () => {
  const read = readYaml('services:\n  web:\n    image: nginx\n    ports:\n      - "80:80"\n      - "81:81"\n');
  if (!read.ok) throw new Error('refused');
  expect(read.value).toEqual({ services: { web: { image: 'nginx', ports: ['80:80', '81:81'] } } });
  expect(read.lineOf(['services', 'web', 'image'])).toBe(3);
  expect(read.lineOf(['services', 'web', 'ports', 1])).toBe(6);
});

test('a value that is not there is placed at its nearest parent', () => {
  const read = readYaml('a: 1\nservices:\n  web:\n    image: nginx\n');
  expect(read.ok && read.lineOf(['services', 'web', 'command'])).toBe(4);
  expect(read.ok && read.lineOf(['nothing'])).toBeNull();
});

test('a key that appears twice is refused with its line', () => {
  expect(readYaml('env:\n  OLLAMA_MODEL: a\n  OTHER: b\n  OLLAMA_MODEL: c\n')).toEqual({
    ok: false,
    problems: [{ line: 4, problem: 'the key OLLAMA_MODEL appears twice' }],
  });
});

test('text that is no YAML is refused with a line', () => {
  const read = readYaml('services:\n  web: [1, 2\n  other: }\n');
  expect(read.ok).toBe(false);
  if (!read.ok) expect(read.problems[0]?.line).toEqual(expect.any(Number));
});

test.each(['', '- a\n- b\n', 'just text', 'a: 1\n---\nb: 2\n'])('%j is no single mapping', (text) => {
  expect(readYaml(text).ok).toBe(false);
});

test('aliases are followed, endless ones are not', () => {
  expect(readYaml('a: &x [1]\nb: *x\n')).toMatchObject({ ok: true, value: { a: [1], b: [1] } });
  expect(readYaml('a: *missing\n').ok).toBe(false);
});

test('of Compose, merge keys count and tags that reset or override are known', () => {
  const text = 'x-a: &a { image: nginx, ports: ["1:1"] }\nservices:\n  web: { <<: *a, labels: !reset null, ports: !override ["2:2"] }\n';
  expect(readYaml(text).ok).toBe(false);
  expect(readYaml(text, { compose: true })).toMatchObject({ ok: true, value: { services: { web: { image: 'nginx', ports: ['2:2'], labels: null } } } });
});

test('what is nested without end is said once, in words', () => {
  const read = readYaml(`a: ${'['.repeat(9000)}${']'.repeat(9000)}`);
  expect(read).toMatchObject({ ok: false, problems: [{ line: 1, problem: 'it is nested too deep' }] });
  const many = Array.from({ length: 300 }, (_, index) => `a: ${index}`).join('\n');
  expect(readYaml(many)).toMatchObject({ ok: false, problems: { length: 50 } });
});
