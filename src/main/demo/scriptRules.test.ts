import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { factsScript } from '../commands/factsScript.ts';
import { foreignPath, scriptOnInput } from './scriptRules.ts';

const roots = ['bin', 'boot', 'dev', 'etc', 'home', 'lib', 'opt', 'proc', 'root', 'run', 'srv', 'sys', 'tmp', 'usr', 'var', 'Users'];
const root = '/home/me/.pilothouse/demo/servers/one/root';
const foreign = (script: string) => foreignPath(script, { root, roots });

describe('scripts for servers without a world of their own', () => {
  it.each([
    ['rm -rf /etc/apt', '/etc/apt'],
    ['p=/etc; rm -rf "$p/apt"', '/etc'],
    ['echo x >/home/me/notes', '/home/me/notes'],
    ['cat </home/me/.ssh/id_ed25519', '/home/me/.ssh/id_ed25519'],
    ["tee '/opt/thing'", '/opt/thing'],
    ['cd /srv && rm -rf .', '/srv'],
    ['rm -rf /', '/'],
    ['rm -rf /tmp', '/tmp'],
    [`rm -rf ${root}/../../..`, `${root}/../../..`],
    ['cat /proc/../home/me/x', '/proc/../home/me/x'],
    ['echo x > /Users/me/x', '/Users/me/x'],
    ['cp x /etc/passwd', '/etc/passwd'],
    ['PATH=/usr/bin:/opt/thing/bin', '/opt/thing/bin'],
    ['ls /usr/lib/thing', '/usr/lib/thing'],
    ['cat /dev/sda', '/dev/sda'],
  ])('refuses %s', (script, path) => {
    expect(foreign(script)).toBe(path);
  });

  it.each([
    'cat /etc/os-release /proc/meminfo',
    'echo ok >/dev/null 2>&1',
    '#!/bin/sh\nexec /usr/bin/env sh',
    `echo x >${root}/home/ops/x`,
    'curl http://127.0.0.1:8000/health https://example.com/etc/passwd',
    "awk '/tcp/ { print }' file; sed 's/a/b/'",
    'df -P -k /',
    'mkdir -p "$HOME/x" && rm -rf "$HOME/x/etc"',
    factsScript,
    readFileSync(new URL('../../../resources/health/collector.sh', import.meta.url), 'utf8'),
  ])('lets through %#', (script) => {
    expect(foreign(script)).toBeNull();
  });

  it('knows which part of the input is a script', () => {
    expect(scriptOnInput('sh -s')).toBe('all');
    expect(scriptOnInput('exec /bin/sh')).toBe('all');
    expect(scriptOnInput('cat >file')).toBe('none');
    expect(scriptOnInput('sh -c \'p=$(dd bs=120 count=1 iflag=fullblock 2>/dev/null||dd bs=1 count=120);eval "$p"\'')).toBe(120);
  });
});
