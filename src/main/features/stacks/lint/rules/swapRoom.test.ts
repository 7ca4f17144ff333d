import { expect, test } from 'vitest';
import { lint, shortLint } from '../testLint.ts';
import { swapRoom } from './swapRoom.ts';

const script = (command: string) => ({ 'setup.sh': `#!/bin/bash\nset -e\n${command}\nmkswap /swapfile\n` });

test('32 GB of swap on the 50 GB of a stack', () => {
  const definition = { advised: { storage: [{ role: 'all', gb: 50, kind: 'ssd' }] } };
  expect(shortLint(swapRoom, script('sudo fallocate -l 32G /swapfile'), { definition })).toEqual(['warning X-025 setup.sh:3']);
});

test('written with dd, on what a server has free', () => {
  expect(shortLint(swapRoom, script('dd if=/dev/zero of=/swap.img bs=1M count=16384'), { server: { systemDiskFreeMib: 12_000 } })).toEqual([
    'error X-025 setup.sh:3',
  ]);
});

test('small against the disk, no swap at all, a server of which nothing is known', () => {
  expect(shortLint(swapRoom, script('fallocate -l 8G /swapfile'), { server: { systemDiskFreeMib: 400_000 } })).toEqual([]);
  expect(shortLint(swapRoom, script('fallocate -l 80G /srv/image'), { server: { systemDiskFreeMib: 4000 } })).toEqual([]);
  expect(lint(swapRoom, script('fallocate -l 8G /swapfile'), { server: {} }).unknowns).toHaveLength(1);
});
