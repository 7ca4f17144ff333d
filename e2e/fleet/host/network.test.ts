import { describe, expect, it } from 'vitest';
import { layOut, overlaps } from './network.ts';

describe('network', () => {
  it('sees where prefixes meet', () => {
    expect(overlaps('10.0.0.0/20', '10.0.15.255')).toBe(true);
    expect(overlaps('10.0.0.0/20', '10.0.16.0')).toBe(false);
    expect(overlaps('10.0.0.0/8', '10.231.16.0/20')).toBe(true);
    expect(overlaps('172.31.0.0/16', '10.231.16.0/20')).toBe(false);
    expect(overlaps('192.168.1.1', '0.0.0.0/0')).toBe(true);
  });

  it('keeps servers out of the service containers’ half', () => {
    const network = layOut('10.231.16');
    expect(network).toMatchObject({ subnet: '10.231.16.0/20', gateway: '10.231.16.1', registryIp: '10.231.16.5' });
    expect(network.serverBlocks).toHaveLength(8);
    for (const block of network.serverBlocks) {
      expect(overlaps(`${block}.0/24`, network.subnet)).toBe(true);
      expect(overlaps(`${block}.0/24`, '10.231.16.0/21')).toBe(false);
    }
  });
});
