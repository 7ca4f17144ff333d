import { expect, test } from 'vitest';
import { shortLint } from '../testLint.ts';
import { firewallOrder } from './firewallOrder.ts';

test('the rules of a platform, the containers after "all other ports"', () => {
  const text = `# Ports
Firewall Rules:
  - Allow: Office IPs → SSH
  - Allow: 0.0.0.0/0 → 80, 443
  - Deny: 0.0.0.0/0 → All other ports
  - Allow: Internal Docker network → All services
`;
  expect(shortLint(firewallOrder, { 'requirements.md': text })).toEqual(['error X-001 requirements.md:6']);
});

test('as commands of ufw and of iptables', () => {
  const ufw = '#!/bin/sh\nufw deny 9090\nufw allow from 10.8.0.0/24 to any port 9090\nufw allow 443/tcp\n';
  const iptables = '#!/bin/sh\niptables -A INPUT -j DROP\niptables -A INPUT -p tcp --dport 22 -s 192.0.2.0/24 -j ACCEPT\n';
  expect(shortLint(firewallOrder, { 'ufw.sh': ufw, 'tables.sh': iptables })).toEqual(['error X-001 tables.sh:3', 'error X-001 ufw.sh:3']);
});

test('allows first, an insert before, another port', () => {
  const script = '#!/bin/sh\nufw allow from 10.0.0.0/8 to any port 8000\nufw deny 8000\nufw insert 1 allow from 10.9.0.0/16 to any port 8000\nufw allow 22\n';
  expect(shortLint(firewallOrder, { 'firewall.sh': script })).toEqual([]);
});
