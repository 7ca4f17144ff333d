import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { nginxStructure } from './nginxStructure.ts';

const compose = (mount: string) => `services:\n  nginx:\n    image: nginx:alpine\n    volumes: ["${mount}"]\n`;

test('upstream and server as the whole of nginx.conf', () => {
  const files = {
    'compose.yaml': compose('./nginx.conf:/etc/nginx/nginx.conf:ro'),
    'nginx.conf': 'upstream b {\n  server backend:8000;\n}\nserver {\n  listen 80;\n}\n',
  };
  expect(shortLint(nginxStructure, files)).toEqual(['error X-096 nginx.conf:1 nginx', 'error X-096 nginx.conf:1 nginx']);
});

test('http in conf.d, and a bracket that is missing, in another folder', () => {
  const files = { 'deploy/compose.yaml': compose('./sites:/etc/nginx/conf.d'), 'deploy/sites/a.conf': 'http {\n  server {\n    listen 80;\n  }\n' };
  expect(shortLint(nginxStructure, files)).toEqual(['error X-096 deploy/sites/a.conf:1 nginx', 'error X-096 deploy/sites/a.conf:1 nginx']);
});

test('a whole main file, and a server in conf.d', () => {
  expect(
    shortLint(nginxStructure, {
      'compose.yaml': compose('./nginx.conf:/etc/nginx/nginx.conf:ro'),
      'nginx.conf': 'events {}\nhttp {\n  server { listen 80; }\n}\n',
    }),
  ).toEqual([]);
  expect(shortLint(nginxStructure, { 'compose.yaml': compose('./web.conf:/etc/nginx/conf.d/default.conf:ro'), 'web.conf': 'server { listen 80; }\n' })).toEqual(
    [],
  );
});

test('what the main file includes stands in its place', () => {
  const files = {
    'compose.yaml': compose('./nginx:/etc/nginx:ro'),
    'nginx/nginx.conf': 'events {}\nhttp {\n  include parts/*.conf;\n}\n',
    'nginx/parts/a.conf': 'server {\n  listen 80;\n',
  };
  expect(shortLint(nginxStructure, { ...files, 'nginx/parts/a.conf': 'upstream u { server app:1; }\nserver { listen 80; }\n' })).toEqual([]);
  expect(shortLint(nginxStructure, files)).toEqual(['error X-096 nginx/parts/a.conf:1 nginx']);
});
