import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { portClash } from './portClash.ts';

const gateway = 'services:\n  tensorzero:\n    image: tensorzero/gateway:2025.10.0\n    ports: ["127.0.0.1:8000:3000"]\n';

test('two stacks with the default 8000 on one server', () => {
  const others = [{ stack: 'banksight', service: 'backend', address: '0.0.0.0', port: 8000 }];
  const { findings } = lint(portClash, gateway, { server: { others, listening: [], own: [] } });
  expect(findings).toMatchObject([{ severity: 'error', trap: 'X-010', place: { line: 4, service: 'tensorzero' } }]);
  expect(findings[0]?.reason).toBe('tensorzero wants port 8000 of gpu-1, which backend of the stack banksight has.');
});

test('two services of one project, long against short form', () => {
  const compose = `services:
  backend: { image: "ghcr.io/acme/api:1", ports: ["8000:8000"] }
  vectors:
    image: chromadb/chroma:1.0
    ports:
      - target: 8000
        published: "8000"
        host_ip: 10.0.0.5
  dns: { image: "ghcr.io/acme/dns:1", ports: ["8000:53/udp"] }
`;
  expect(shortLint(portClash, compose)).toEqual(['error X-107 compose.yaml:7 vectors']);
});

test('a program of the server, and replicas that cannot share', () => {
  const listening = [{ address: '*', port: 9090, process: 'cockpit' }];
  const compose = 'services:\n  metrics: { image: "prom/prometheus:v3.1.0", ports: ["9090:9090"], deploy: { replicas: 2 } }\n';
  expect(shortLint(portClash, compose, { server: { listening } })).toEqual(['error X-010 compose.yaml:2 metrics', 'error X-010 compose.yaml:2 metrics']);
});

test('free, other addresses, its own ports; a container that may be itself is unknown', () => {
  const listening = [{ address: '127.0.0.1', port: 8000, process: 'docker-proxy' }];
  expect(lint(portClash, gateway, { server: { listening, own: [{ address: '127.0.0.1', port: 8000 }] } })).toEqual({ findings: [], unknowns: [] });
  expect(lint(portClash, gateway, { server: { listening } })).toMatchObject({ findings: [], unknowns: [{ what: expect.stringContaining('port 8000') }] });
  expect(lint(portClash, gateway, { server: {} }).unknowns).toHaveLength(1);
  expect(shortLint(portClash, gateway, { server: { listening: [{ address: '10.0.0.1', port: 8000, process: 'x' }] } })).toEqual([]);
});
