import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { firewallLockout } from './firewallLockout.ts';

const readme = `## Recommended Firewall Rules
\`\`\`bash
# Allow only internal network access to gateway
sudo ufw allow from 10.0.0.0/8 to any port 8000
sudo ufw allow from 172.16.0.0/12 to any port 8000
sudo ufw allow from 192.168.0.0/16 to any port 8000

# Deny public access
sudo ufw deny 8000
\`\`\`
`;

test('rules for a gateway and none for SSH', () => {
  expect(shortLint(firewallLockout, { 'README.md': readme })).toEqual(['warning X-003 README.md:4']);
});

test('enabled without SSH, or before it', () => {
  expect(shortLint(firewallLockout, { 'a.sh': '#!/bin/bash\nufw default deny incoming\nufw allow 443/tcp && ufw --force enable\n' })).toEqual([
    'error X-003 a.sh:3',
  ]);
  expect(shortLint(firewallLockout, { 'b.sh': '#!/bin/bash\nufw --force enable\nufw limit ssh\n' })).toEqual(['error X-003 b.sh:2']);
});

test('SSH first, by its name, its number or a range', () => {
  for (const allow of ['allow OpenSSH', 'allow 22/tcp', 'allow from 192.0.2.7 to any port 22 proto tcp', 'allow 20:25/tcp']) {
    expect(shortLint(firewallLockout, { 'a.sh': `#!/bin/sh\nufw ${allow}\nufw allow 80,443/tcp\nufw --force enable\n` })).toEqual([]);
  }
});
