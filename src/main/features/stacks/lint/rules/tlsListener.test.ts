import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { tlsListener } from './tlsListener.ts';

const compose = (ports: string) =>
  `services:\n  nginx:\n    image: nginx:alpine\n    ports: ${ports}\n    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]\n`;
const plain = 'server {\n    listen 80;\n    server_name banksight.example.com;\n    location / {\n        proxy_pass http://backend_servers;\n    }\n}\n';

test('443 published over a server on port 80 alone', () => {
  const files = { 'compose.yaml': compose('["80:80", "443:443"]'), 'nginx.conf': plain };
  expect(shortLint(tlsListener, files)).toEqual(['error X-097 compose.yaml:4 nginx', 'warning X-097 nginx.conf:2 nginx']);
});

test('another port inside, a listener without ssl, an address in front of the port', () => {
  const files = {
    'compose.yaml': compose('[{ target: 8443, published: 443 }]'),
    'nginx.conf': 'http {\n  server {\n    listen 0.0.0.0:8443;\n    location / { proxy_pass http://a; }\n  }\n}\n',
  };
  expect(shortLint(tlsListener, files)).toEqual(['error X-097 compose.yaml:4 nginx']);
});

test('TLS with a redirect; no configuration is unknown', () => {
  const good =
    'http {\n  server { listen 80; return 301 https://$host$request_uri; }\n  server { listen 443 ssl; listen [::]:443 ssl; ssl_certificate a; location / { proxy_pass http://a; } }\n}\n';
  expect(shortLint(tlsListener, { 'compose.yaml': compose('["80:80", "443:443"]'), 'nginx.conf': good })).toEqual([]);
  expect(lint(tlsListener, compose('["443:443"]'))).toMatchObject({ findings: [], unknowns: [{ rule: 'tls-listener' }] });
});
