import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directives, readNginx } from './nginxConfig.ts';

const text = `# front
http {
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 443 ssl; # tls
    add_header X "a; { b }";
    location / { proxy_pass http://app:8000; }
  }
}
`;

test('reads blocks, quotes, comments and lines', () => {
  const { directives: all, open } = readNginx({ path: 'nginx.conf', text });
  expect(open).toBeNull();
  expect([...directives(all, 'listen')].map(({ directive }) => [directive.line, directive.words])).toEqual([[5, ['443', 'ssl']]]);
  expect([...directives(all, 'proxy_pass')].map(({ directive, around }) => [directive.words[0], around.map(({ name }) => name)])).toEqual([
    ['http://app:8000', ['http', 'server', 'location']],
  ]);
  expect([...directives(all, 'add_header')][0]?.directive.words).toEqual(['X', 'a; { b }']);
});

test.each([
  ['server {\n  listen 80;\n', 1],
  ['server { listen 80 }\n', 1],
  ['listen 80;\n}\n', 2],
  ['worker_processes 4\n', 1],
])('%j is not closed', (broken, line) => {
  expect(readNginx({ path: 'x', text: broken }).open).toBe(line);
});

test('reads anything without failing', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 300, unit: fc.constantFrom('{', '}', ';', '"', "'", '#', '\n', ' ', 'a', '$', '\\') }),
      (any) => void readNginx({ path: 'x', text: any }),
    ),
    { numRuns: 300 },
  );
});
