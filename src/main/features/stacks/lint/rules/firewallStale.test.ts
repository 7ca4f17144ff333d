import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { firewallStale } from './firewallStale.ts';

test('three ranges and then a deny for the gateway', () => {
  const readme = '```bash\nsudo ufw allow from 10.0.0.0/8 to any port 8000\nsudo ufw allow from 172.16.0.0/12 to any port 8000\nsudo ufw deny 8000\n```\n';
  expect(shortLint(firewallStale, { 'README.md': readme })).toEqual(['warning X-004 README.md:4']);
});

test('another port in a script, written the short way', () => {
  expect(shortLint(firewallStale, { 'fw.sh': '#!/bin/sh\nufw allow from 10.1.0.0/16 to any port 5432\nufw allow 443\nufw reject 5432/tcp\n' })).toEqual([
    'warning X-004 fw.sh:4',
  ]);
});

test('deleted first, reset first, inserted, or no deny at all', () => {
  const rules = 'ufw allow from 10.0.0.0/8 to any port 8000\nufw deny 8000\n';
  for (const script of [
    `ufw delete deny 8000\n${rules}`,
    `ufw --force reset\n${rules}`,
    'ufw insert 1 allow from 10.0.0.0/8 to any port 8000\nufw deny 8000\n',
    'ufw allow 443\n',
  ])
    expect(shortLint(firewallStale, { 'fw.sh': `#!/bin/sh\n${script}` })).toEqual([]);
});
