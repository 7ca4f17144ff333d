import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { publishedPorts } from './publishedPorts.ts';

const gateway = (ports: string) => `services:
  tensorzero:
    image: tensorzero/gateway:2025.10.0
    ports: ${ports}
  ollama:
    image: ollama/ollama:0.12.3
`;
const policy = { ports: [{ service: 'tensorzero', port: '8000', exposure: 'private' }] };

test('a gateway for the private network alone, guarded by `ufw deny 8000`', () => {
  expect(shortLint(publishedPorts, gateway('["8000:3000"]'), { definition: policy })).toEqual(['error X-002 compose.yaml:4 tensorzero']);
  const { findings } = lint(publishedPorts, gateway('["8000:3000"]'), { definition: policy, server: { ufwActive: true } });
  expect(findings[0]?.reason).toContain('ufw is on there and does not filter');
});

test('a security group that forgets port 80', () => {
  const compose = 'services:\n  nginx:\n    image: nginx:alpine\n    ports:\n      - "80:80"\n      - "443:443"\n';
  const groups = { ports: [{ service: 'nginx', port: '443', exposure: 'public' }] };
  expect(shortLint(publishedPorts, compose, { definition: groups })).toEqual(['error X-008 compose.yaml:5 nginx']);
});

test('long forms, IPv6, ranges, and a project that says nothing of who may reach what', () => {
  const compose = `services:
  cache:
    image: docker.io/library/redis:8
    ports:
      - { target: 6379, published: "6380", host_ip: "::" }
  vectors:
    image: qdrant/qdrant:v1.15
    ports: ["6333-6334:6333-6334"]
  board:
    image: grafana/grafana-oss:12
    ports: ["3030:3000"]
  app:
    image: ghcr.io/acme/app:1
    ports: ["8088:8088"]
`;
  expect(shortLint(publishedPorts, compose)).toEqual([
    'error X-002 compose.yaml:5 cache',
    'error X-002 compose.yaml:8 vectors',
    'error X-002 compose.yaml:8 vectors',
    'warning X-002 compose.yaml:11 board',
    'note X-002 compose.yaml:14 app',
  ]);
});

test('bound as the policy says, and a proxy for the world', () => {
  for (const address of ['127.0.0.1', '10.1.2.3', '[fd00::1]'])
    expect(shortLint(publishedPorts, gateway(`["${address}:8000:3000"]`), { definition: policy })).toEqual([]);
  const compose = 'services:\n  web: { image: "nginx:1.27", ports: ["80:80", "443:443"] }\n  db: { image: "postgres:17", ports: ["127.0.0.1:5432:5432"] }\n';
  expect(shortLint(publishedPorts, compose)).toEqual([]);
});
