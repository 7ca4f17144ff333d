import { expect, test } from 'vitest';
import { exceeds, reachOf, sameSocket } from './addresses.ts';
import { computeCapability } from './gpuFacts.ts';
import { imageFacts, isHubImage, readImage } from './imageFacts.ts';
import { billionsOf, weightOf, weightsMib } from './modelFacts.ts';
import { serverOfFacts } from './serverOfFacts.ts';

test.each([
  ['nginx', null, 'nginx', null, null],
  ['docker.io/library/redis:8', 'docker.io', 'redis', '8', null],
  ['localhost:5000/a/b:c', 'localhost:5000', 'a/b', 'c', null],
  ['ghcr.io/a/b@sha256:00', 'ghcr.io', 'a/b', null, 'sha256:00'],
  ['banksight-ai/backend:latest', null, 'banksight-ai/backend', 'latest', null],
])('image %s', (text, registry, repository, tag, digest) => {
  expect(readImage(text)).toEqual({ registry, repository, tag, digest });
});

test('knows images of the field behind any registry, and who publishes at Docker Hub', () => {
  expect([imageFacts('docker.io/ollama/ollama:1')?.title, imageFacts('ghcr.io/berriai/litellm-database:v1')?.title, imageFacts('acme/x:1')]).toEqual([
    'Ollama',
    'LiteLLM',
    undefined,
  ]);
  expect([isHubImage(readImage('postgres')), isHubImage(readImage('grafana/grafana')), isHubImage(readImage('acme/x'))]).toEqual([true, true, false]);
});

test.each([
  ['meta-llama/Llama-3.1-70B-Instruct', 70],
  ['qwen2.5:0.5b', 0.5],
  ['Qwen2.5-Coder-32B', 32],
  ['mistralai/Mixtral-8x7B-Instruct', 46.48],
  ['all-MiniLM-L6-v2', null],
  ['gpt-4o', null],
  ['bge-base', null],
])('%s has %s billions', (id, billions) => {
  expect(billionsOf(id)).toBe(billions);
});

test('bytes of a weight by name, option and server', () => {
  expect([
    weightOf('x-7B', '', '', false).bytes,
    weightOf('x-7B-AWQ', '', '', false).bytes,
    weightOf('x-7B', 'fp8', '', false).bytes,
    weightOf('x:7b', '', '', true).bytes,
  ]).toEqual([2, 0.6, 1.1, 0.6]);
  expect(Math.round(weightsMib({ billions: 70, bytes: 2 }) ?? 0)).toBe(133_514);
});

test.each([
  ['Tesla T4', 7.5],
  ['Tesla V100-SXM2-16GB', 7.0],
  ['NVIDIA A10G', 8.6],
  ['NVIDIA A100-SXM4-40GB', 8.0],
  ['NVIDIA GeForce RTX 4090', 8.9],
  ['NVIDIA RTX A6000', 8.6],
  ['NVIDIA H100 80GB HBM3', 9.0],
  ['NVIDIA L4', 8.9],
  ['Something else', null],
])('%s computes as %s', (name, capability) => {
  expect(computeCapability(name)).toBe(capability);
});

test('addresses: whom they let in, what that exceeds, which collide', () => {
  expect(['127.0.0.1', '::1', 'localhost', '10.1.1.1', '172.20.0.1', '100.64.0.9', 'fd00::1', '0.0.0.0', '::', '203.0.113.7'].map(reachOf)).toEqual([
    ...Array(3).fill('loopback'),
    ...Array(4).fill('private'),
    ...Array(3).fill('everywhere'),
  ]);
  expect([exceeds('loopback', 'internal'), exceeds('private', 'private'), exceeds('everywhere', 'private'), exceeds('everywhere', 'public')]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  expect([
    sameSocket('0.0.0.0', '10.0.0.1'),
    sameSocket('[::]', '127.0.0.1'),
    sameSocket('127.0.0.1', '10.0.0.1'),
    sameSocket('127.0.0.53%lo', '127.0.0.53'),
  ]).toEqual([true, true, false, true]);
});

test('a server of which nothing was read is unknown, not empty', () => {
  expect(serverOfFacts('a', null)).toMatchObject({ cores: null, memoryMib: null, gpus: null, listening: null, diskFreeMib: null, own: null });
});
