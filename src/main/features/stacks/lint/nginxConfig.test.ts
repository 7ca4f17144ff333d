import fc from 'fast-check';
import { expect, test } from 'vitest';
import { directives, nginxFiles, readNginx } from './nginxConfig.ts';
import { subjectOf } from './testLint.ts';

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

test('reads only what nginx starts with and what that includes', () => {
  const files = {
    'compose.yaml':
      'services:\n  web:\n    image: nginx:1.28.0\n    command: [nginx, -c, /etc/nginx/own/main.conf]\n    volumes: ["./nginx:/etc/nginx/own:ro"]\n',
    'nginx/main.conf': 'events {}\nhttp {\n  server { include parts/a.conf; }\n}\n',
    'nginx/parts/a.conf': 'location / { return 200; }\n',
    'nginx/unused.conf': 'server { listen 81; }\n',
  };
  const read = nginxFiles(subjectOf(files));
  expect(read.map(({ path, main }) => [path, main])).toEqual([['nginx/main.conf', true]]);
  expect([...directives(read[0]?.directives ?? [], 'location')].map(({ directive }) => directive.file)).toEqual(['nginx/parts/a.conf']);
});
