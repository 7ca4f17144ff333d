import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { firewallDockerRange } from './firewallDockerRange.ts';

test('the middle one of three private ranges', () => {
  const readme =
    '```bash\nsudo ufw allow from 10.0.0.0/8 to any port 8000\nsudo ufw allow from 172.16.0.0/12 to any port 8000\nsudo ufw allow from 192.168.0.0/16 to any port 8000\n```\n';
  expect(shortLint(firewallDockerRange, { 'README.md': readme })).toEqual(['warning X-005 README.md:3']);
});

test.each(['172.0.0.0/8', '172.17.0.0/16', '172.16.0.0/15'])('%s as a rule of iptables', (range) => {
  expect(shortLint(firewallDockerRange, { 'fw.sh': `#!/bin/sh\niptables -A INPUT -s ${range} -p tcp --dport 6379 -j ACCEPT\n` })).toEqual([
    'warning X-005 fw.sh:2',
  ]);
});

test.each(['172.31.5.0/24', '10.0.0.0/8', '172.20.0.0/16', '172.18.4.7'])('%s is exact enough', (range) => {
  expect(shortLint(firewallDockerRange, { 'fw.sh': `#!/bin/sh\nufw allow from ${range} to any port 8000\nufw deny from 172.16.0.0/12\n` })).toEqual([]);
});
