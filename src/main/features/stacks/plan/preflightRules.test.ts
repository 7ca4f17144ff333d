import { describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { judgePreflight, parsePreflight, requireDocker } from './preflightRules.ts';

const good =
  'user=root\ndocker=ok\nserver=26.1.5+dfsg1\ncompose=2.26.1-4\nmemoryMib=2048\ndiskMib=9000\nown=127.0.0.1:8000->3000/tcp, [::1]:8001->3000/tcp\nown=\nlisten=0.0.0.0:22\nlisten=127.0.0.1:8000\nlisten=*:9090\nlisten=[::]:443\nlisten=127.0.0.53%lo:53\n';
const read = (text: string) => {
  const found = parsePreflight(text);
  if (found === null) throw new Error('not understood');
  return found;
};
const stack = (ports: { address: string; port: number }[], requirements = {}) => ({
  requirements,
  services: [{ name: 'web', image: 'web', ports, mountsFiles: false, hash: '' }],
});

test('reads what the script prints', () => {
  expect(read(good)).toMatchObject({
    docker: 'ok',
    dockerVersion: '26.1.5+dfsg1',
    composeVersion: '2.26.1-4',
    memoryMib: 2048,
    diskMib: 9000,
    own: ['127.0.0.1:8000', '[::1]:8001'],
  });
  expect(read('user=ops\ndocker=missing\n')).toMatchObject({ docker: 'missing', memoryMib: null, listening: [] });
  expect(read('docker=ok\nlisten=unknown\n').listening).toBeNull();
  expect(parsePreflight('sh: 1: awk: not found\n')).toBeNull();
});

describe('requireDocker', () => {
  const code = (text: string) => {
    try {
      requireDocker(read(text), 'gpu-1');
      return null;
    } catch (error) {
      return error instanceof AppError ? [error.code, error.data] : error;
    }
  };
  test('tells the ways in which Docker can be unusable apart', () => {
    expect(code(good)).toBeNull();
    expect(code('docker=missing\n')).toEqual(['docker.missing', { server: 'gpu-1', what: 'docker' }]);
    expect(code('docker=ok\nserver=26\ncompose=\n')).toEqual(['docker.missing', { server: 'gpu-1', what: 'compose' }]);
    expect(code('docker=ok\nserver=26\ncompose=1.29.2\n')).toEqual(['docker.missing', { server: 'gpu-1', what: 'compose' }]);
    expect(code('docker=down\nreason=Cannot connect\n')).toEqual(['docker.daemon-down', { server: 'gpu-1', reason: 'Cannot connect' }]);
    expect(code('user=ops\ndocker=denied\n')).toEqual(['docker.denied', { server: 'gpu-1', user: 'ops' }]);
  });
});

describe('judgePreflight', () => {
  test.each([
    ['127.0.0.1', 8000, 'its own port'],
    ['127.0.0.1', 8100, 'a free port'],
    ['10.0.0.5', 53, 'a port of another address'],
  ])('%s:%i is free: %s', (address, port) => {
    expect(judgePreflight(read(good), stack([{ address, port }])).shortfalls).toEqual([]);
  });

  test.each([
    ['127.0.0.1', 22],
    ['127.0.0.1', 9090],
    ['10.0.0.5', 443],
    ['0.0.0.0', 53],
  ])('%s:%i is taken', (address, port) => {
    expect(judgePreflight(read(good), stack([{ address, port }])).shortfalls).toEqual([
      expect.stringMatching(new RegExp(`^port ${port} is taken by what listens on `)),
    ]);
  });

  test('names every shortfall with have and need, and what could not be told', () => {
    expect(judgePreflight(read(good), stack([], { memoryMib: 4096, diskMib: 10_000, dockerVersion: '27.3', composeVersion: '2.0' })).shortfalls).toEqual([
      'Docker is 26.1.5+dfsg1, 27.3 is needed',
      'memory is 2048 MiB, 4096 MiB is needed',
      'free disk is 9000 MiB, 10000 MiB is needed',
    ]);
    expect(judgePreflight(read('docker=ok\nlisten=unknown\n'), stack([{ address: '0.0.0.0', port: 80 }], { memoryMib: 1, diskMib: 0 })).unknowns).toEqual([
      'memory',
      'which ports are taken',
    ]);
  });
});
