import { expect, test } from 'vitest';
import { interpolate } from './interpolate.ts';
import { readMib, readMount, readPort, readSeconds, splitWords } from './shortForms.ts';
import { readParts } from './yamlParts.ts';

const part = (text: string) => {
  const entry = readParts('x', `v: ${text}\n`).root.entries.get('v');
  if (entry === undefined) throw new Error('no value');
  return entry.part;
};

test.each([
  ['"80"', [['0.0.0.0', null, 80]]],
  ['"8080:80"', [['0.0.0.0', 8080, 80]]],
  ['"127.0.0.1:8080:80/tcp"', [['127.0.0.1', 8080, 80]]],
  ['"[::1]:8080:80"', [['::1', 8080, 80]]],
  ['"127.0.0.1::80"', [['127.0.0.1', null, 80]]],
  [
    '"8000-8001:9000-9001"',
    [
      ['0.0.0.0', 8000, 9000],
      ['0.0.0.0', 8001, 9001],
    ],
  ],
  ['{ target: 80, published: "8080", host_ip: 10.0.0.1 }', [['10.0.0.1', 8080, 80]]],
  ['{ target: 80 }', [['0.0.0.0', null, 80]]],
  ['"nonsense"', []],
  ['{ published: 80 }', []],
])('port %s', (text, expected) => {
  expect(readPort(part(text)).map(({ address, published, target }) => [address, published, target])).toEqual(expected);
});

test.each([
  ['"data:/var/lib/x"', ['volume', 'data', '/var/lib/x', false]],
  ['"./a:/b/:ro"', ['bind', './a', '/b', true]],
  ['"/b"', ['volume', null, '/b', false]],
  ['"~/a:/b:z,ro"', ['bind', '~/a', '/b', true]],
  ['{ type: tmpfs, target: /t }', ['tmpfs', null, '/t', false]],
  ['{ type: bind, source: /a, target: /b, read_only: true }', ['bind', '/a', '/b', true]],
])('mount %s', (text, expected) => {
  const mount = readMount(part(text));
  expect([mount?.kind, mount?.source, mount?.target, mount?.readOnly]).toEqual(expected);
});

test('sizes, durations and words', () => {
  expect(['512m', '8G', '2gb', '1048576', '1.5g', '100GiB', 'x', null].map(readMib)).toEqual([512, 8192, 2048, 1, 1536, 102_400, null, null]);
  expect(['30s', '1m30s', '500ms', '2h', '0', 'soon', null].map(readSeconds)).toEqual([30, 90, 0.5, 7200, 0, null, null]);
  expect(splitWords('a "b c" --d=\'e f\' g')).toEqual(['a', 'b c', '--d=e f', 'g']);
});

test.each([
  [`\${A}`, '1'],
  ['$A-$B', '1-'],
  [`\${B:-two}`, 'two'],
  [`\${E:-two}`, 'two'],
  [`\${E-two}`, ''],
  [`\${B:-\${C:-\${A}}}`, '1'],
  [`\${A:+yes}\${B:+no}`, 'yes'],
  [`\${A:?must}`, '1'],
  ['$$A', '$A'],
  ['50% $', '50% $'],
  [`\${not a name}`, `\${not a name}`],
])('%s is %s', (text, expected) => {
  expect(
    interpolate(
      text,
      new Map([
        ['A', '1'],
        ['E', ''],
      ]),
    ).text,
  ).toBe(expected);
});
