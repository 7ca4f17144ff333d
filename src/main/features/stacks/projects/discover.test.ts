import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { forgetScript, hashesScript, linkScript } from './adoptOperation.ts';
import { parseProjects, projectsScript } from './discover.ts';
import { filesScript, kindsScript, parseFiles } from './remoteFolder.ts';

test.each(Object.entries({ projectsScript, kindsScript, filesScript, hashesScript, linkScript, forgetScript }))('%s is clean POSIX sh', (_name, script) => {
  const result = spawnSync('shellcheck', ['-s', 'sh', '-S', 'style', '-e', 'SC2153,SC2154', '-'], { input: `#!/bin/sh\n${script}`, encoding: 'utf8' });
  expect(result.error).toBeUndefined();
  expect(result.stdout).toBe('');
});

const line = (fields: (string | undefined)[]) => ['container', ...fields].join('\t');

test('projects are told from those that Pilothouse knows, and from what ran once', () => {
  const output = [
    'known ph-shop',
    'known guestbook',
    line(['running', 'ph-shop', 'web', '/x', '/x/c.yaml', '', 'h', 'False']),
    line(['running', 'guestbook', 'web', '/x', '/x/c.yaml', '', 'h', 'False']),
    line(['running', 'wiki', 'app', '/srv/wiki', '/srv/wiki/a.yml,/srv/wiki/b.yml', '/srv/wiki/.env', 'h1', 'False']),
    line(['exited', 'wiki', 'db', '/srv/wiki', '/srv/wiki/a.yml,/srv/wiki/b.yml', '/srv/wiki/.env', 'h2', 'False']),
    line(['exited', 'wiki', 'migrate', '/srv/wiki', '', '', 'h3', 'True']),
    '',
  ].join('\n');
  expect(parseProjects(output, 'web-1')).toEqual([
    {
      serverName: 'web-1',
      project: 'wiki',
      services: ['app', 'db'],
      running: 1,
      containers: 2,
      workingDirectory: '/srv/wiki',
      configFiles: ['/srv/wiki/a.yml', '/srv/wiki/b.yml'],
      environmentFiles: ['/srv/wiki/.env'],
      hashes: [
        { service: 'app', hash: 'h1' },
        { service: 'db', hash: 'h2' },
      ],
    },
  ]);
});

test('files of a server come with their bytes and modes', () => {
  expect(parseFiles('755 file run.sh\nIyEvYmluL3NoCg==\n777 link now\ncnVuLnNo\n600 file empty\n\n')).toEqual([
    { path: 'run.sh', mode: 0o755, bytes: Buffer.from('#!/bin/sh\n') },
    { path: 'now', mode: 0o120777, bytes: Buffer.from('run.sh') },
    { path: 'empty', mode: 0o600, bytes: Buffer.from('') },
  ]);
});
