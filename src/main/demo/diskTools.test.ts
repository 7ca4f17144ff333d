import { describe, expect, it } from 'vitest';
import { df, lsblk, ss } from './diskTools.ts';
import { type Persona, personas } from './personas.ts';

const full: Persona = personas(2)[1] ?? expect.fail();

describe('df', () => {
  it('writes POSIX rows whose shares agree, in every unit', () => {
    const [header, row] = df(['-P', '-k'], full).split('\n');
    expect(header?.split(/\s+/)).toEqual(['Filesystem', '1024-blocks', 'Used', 'Available', 'Capacity', 'Mounted', 'on']);
    const [source, , used = '', available = '', capacity, target] = row?.split(/\s+/) ?? [];
    expect([source, target, capacity]).toEqual(['/dev/nvme0n1p2', '/', '94%']);
    expect(Number(used) / (Number(used) + Number(available))).toBeCloseTo(0.94, 2);
    expect(df(['-B1', '/var/lib'], full)).toContain('1B-blocks');
    expect(df(['-h'], full).split('\n')[1]).toMatch(/^\/dev\/nvme0n1p2 +877G +783G +50G +94% +\/$/);
  });

  it('writes only the columns that are asked for', () => {
    expect(df(['--output=target,pcent', '/'], full)).toBe('Mounted on Use%\n/          94%\n');
  });
});

describe('lsblk', () => {
  it('gives disks as JSON of util-linux 2.38', () => {
    expect(JSON.parse(lsblk(['-J', '-b', '-d', '-o', 'NAME,SIZE,ROTA,TYPE,MODEL'], full))).toEqual({
      blockdevices: [{ name: 'nvme0n1', size: 894 * 1024 ** 3, rota: false, type: 'disk', model: 'SAMSUNG MZQL21T9HCJR-00A07' }],
    });
  });

  it('draws a plain table', () => {
    expect(lsblk([], full).split('\n')[0]).toMatch(/^NAME +MAJ:MIN +RM +SIZE +RO +TYPE +MOUNTPOINT$/);
    expect(lsblk(['-dn', '-o', 'NAME'], full)).toBe('nvme0n1\n');
  });
});

describe('ss', () => {
  const sockets = [
    { address: '0.0.0.0', port: 22, process: 'sshd' },
    { address: '::', port: 22, process: 'sshd' },
  ];

  it('lists sockets, with programs for root only', () => {
    expect(ss(['-H', '-tulpn'], sockets, true)).toMatch(/^tcp {3}LISTEN 0 {6}4096 +0\.0\.0\.0:22 +0\.0\.0\.0:\* users:\(\("sshd",pid=700,fd=3\)\)$/m);
    expect(ss(['-H', '-tulpn'], sockets, false)).not.toContain('sshd');
    expect(ss(['-Htln'], sockets, true).split('\n')[1]?.split(/\s+/)[3]).toBe('[::]:22');
    expect(ss(['-uln'], sockets, true)).toBe('');
  });
});
