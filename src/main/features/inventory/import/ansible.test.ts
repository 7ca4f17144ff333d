import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expandHosts } from './ansibleRanges.ts';
import { previewImport } from './importService.ts';
import { shellWords } from './shellWords.ts';
import { byName, previewText, testPerson, testServer, writeFiles } from './testing/importing.ts';

const ini = `
# the edge
mail-test ansible_host=192.0.2.5

[web]
web-test-[01:03] ansible_port=2222
odd-test.example.com:2022  ansible_user="some one"   # a comment

[db]
db-test ansible_ssh_host=10.0.0.9 ansible_ssh_private_key_file=~/.ssh/db ansible_become=true owner=mara

[db:vars]
ansible_user=postgres
ansible_ssh_common_args='-o ProxyJump="ops@gate.test:2200" -o StrictHostKeyChecking=no -C'

[eu:children]
web
db

[eu:vars]
ansible_user=eu
region=eu-1

[all:vars]
ansible_user=everyone
ansible_become_password=hunter2
broken line
`;

describe('an inventory in INI form', () => {
  it('gives hosts with the variables that win, and their groups with the groups above', async () => {
    const preview = await previewText('ansible', ini);
    const entries = byName(preview);
    expect([...entries.keys()]).toEqual(['mail-test', 'web-test-01', 'web-test-02', 'web-test-03', 'odd-test.example.com', 'db-test', 'gate.test']);
    expect(entries.get('mail-test')?.fields).toMatchObject({ host: '192.0.2.5', user: 'everyone', groups: [], environment: 'development', sudo: 'password' });
    expect(entries.get('web-test-02')?.fields).toMatchObject({ host: 'web-test-02', port: 2222, user: 'eu', groups: ['eu', 'web'], jump: null });
    expect(entries.get('odd-test.example.com')).toMatchObject({ status: 'unsupported', source: 'given:7' });
    expect(entries.get('db-test')?.fields).toMatchObject({
      ...{ host: '10.0.0.9', port: 22, user: 'postgres', groups: ['db', 'eu'], jump: 'gate.test', sudo: 'password' },
      auth: { kind: 'key', path: '/home/me/.ssh/db' },
    });
    expect(entries.get('gate.test')?.fields).toMatchObject({ port: 2200, user: 'ops', jump: null });
  });

  it('names what it leaves out, and no secret', async () => {
    const preview = await previewText('ansible', ini);
    expect(byName(preview).get('db-test')?.notes).toEqual([
      'ansible_become_password is not taken over: secrets come from no file',
      'ansible_ssh_common_args: StrictHostKeyChecking is not honoured: host keys are always verified',
      'ansible_ssh_common_args: -C is not honoured',
      'variables that mean nothing here: owner, region',
    ]);
    expect(preview.remarks).toEqual([{ source: 'given:27', text: 'left out: it is no variable with a value' }]);
    expect(JSON.stringify(preview)).not.toContain('hunter2');
  });

  it('says of every line that means nothing where it stands', async () => {
    const { remarks } = await previewText('ansible', '[a:colour]\nx ansible_host="open\n[b:children]\nnowhere\n[c:vars]\nk=v\n[d]\nhost-[5:1] word\nh word\n');
    expect(remarks).toEqual([
      { source: 'given:1', text: 'left out: there is no section of the kind “colour”' },
      { source: 'given:2', text: 'left out: a quotation mark is not closed' },
      { source: 'given:8', text: 'left out: [5:1] ends before it begins' },
      { source: 'given:9', text: 'left out: a word after the host is no variable with a value' },
      { source: 'given:4', text: 'the group “nowhere” has no section of its own' },
      { source: 'given', text: 'the group “c” has variables and no hosts' },
      ...['ungrouped', 'a', 'nowhere', 'c']
        .filter((name) => name !== 'ungrouped')
        .map((name) => ({ source: 'given', text: `the group “${name}” has no hosts` })),
    ]);
  });
});

const yaml = `
all:
  vars:
    ansible_user: everyone
  hosts:
    lone-test: {ansible_host: 192.0.2.1}
  children:
    gpu:
      hosts:
        gpu-test-[1:2]:
          ansible_port: 2200
        sealed-test:
          ansible_host: 192.0.2.9
          ansible_user: !vault |
            $ANSIBLE_VAULT;1.1;AES256
            6162
          ansible_password: !vault |
            $ANSIBLE_VAULT;1.1;AES256
            6364
          ansible_port: "{{ some_port }}"
      vars:
        ansible_ssh_private_key_file: /keys/gpu
      children:
        a100:
          hosts: {gpu-test-2: {ansible_connection: local}}
          strange: 1
`;

describe('an inventory in YAML form', () => {
  it('gives the same, and leaves sealed values and templates alone', async () => {
    const preview = await previewText('ansible', yaml);
    const entries = byName(preview);
    expect(entries.get('gpu-test-1')?.fields).toMatchObject({ port: 2200, user: 'everyone', groups: ['gpu'], auth: { kind: 'key', path: '/keys/gpu' } });
    expect(entries.get('gpu-test-2')).toMatchObject({ status: 'unsupported', notes: ['it is not reached by SSH: ansible_connection is local'] });
    expect(entries.get('sealed-test')?.fields).toMatchObject({ host: '192.0.2.9', port: 22, user: 'me' });
    expect(entries.get('sealed-test')?.notes).toEqual([
      'ansible_port is not honoured: it is a template',
      'ansible_user is sealed by Ansible Vault and not opened',
      'ansible_password is not taken over: secrets come from no file',
    ]);
    expect(preview.remarks).toEqual([{ source: 'given: all.gpu.a100', text: 'left out: the key “strange” means nothing in a group' }]);
  });
});

describe('variables beside the inventory', () => {
  it('outrank what the inventory says of groups, and those of hosts outrank all', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ph-ansible-'));
    writeFiles(folder, {
      'hosts.ini': '[gpu]\na-test ansible_user=inline\nb-test\n[gpu:vars]\nansible_user=group\nansible_port=1\n[a100]\nb-test\n[gpu:children]\na100\n',
      'group_vars/all.yml': 'ansible_port: 5\nansible_become: yes\n',
      'group_vars/gpu/main.yaml': 'ansible_port: 6\n',
      'group_vars/gpu/sealed.yml': '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
      'group_vars/a100': 'ansible_port: 7\n',
      'group_vars/gone.yml': 'ansible_port: 8\n',
      'host_vars/a-test.yml': 'ansible_user: file\n',
      'host_vars/b-test.json': '[1]',
    });
    const preview = await previewImport({ source: 'ansible', path: join(folder, 'hosts.ini') }, { existing: [], local: testPerson('/home/me') });
    const entries = byName(preview);
    expect(entries.get('a-test')?.fields).toMatchObject({ user: 'file', port: 6, sudo: 'nopasswd' });
    expect(entries.get('b-test')?.fields).toMatchObject({ user: 'group', port: 7, groups: ['a100', 'gpu'] });
    expect(preview.remarks).toEqual([
      { source: join(folder, 'group_vars/gone.yml'), text: 'the inventory has no group of this name' },
      { source: join(folder, 'group_vars/gpu/sealed.yml'), text: 'left out: it is sealed by Ansible Vault' },
      { source: join(folder, 'host_vars/b-test.json'), text: 'left out: it holds no variables' },
    ]);
    rmSync(folder, { recursive: true });
  });
});

describe('parts of it', () => {
  it.each([
    ['web[01:03].x', ['web01.x', 'web02.x', 'web03.x']],
    ['n[8:12:2]', ['n8', 'n10', 'n12']],
    ['db-[a:c]', ['db-a', 'db-b', 'db-c']],
    ['r[1:2]n[1:2]', ['r1n1', 'r1n2', 'r2n1', 'r2n2']],
    ['[2001:db8::1]:22', ['2001:db8::1']],
    ['2001:db8::1', ['2001:db8::1']],
    ['plain:2222', ['plain']],
  ])('%s is %j', (pattern, hosts) => {
    expect(expandHosts(pattern, 100)).toMatchObject({ hosts });
  });
  it.each(['a[1:999999999]', 'a[1:100][1:100]', 'a[:]', 'a[01:100]', 'a[x:9]', 'a[1:5:0]', 'a[1:2:3:4]'])('%s is refused', (pattern) => {
    expect(expandHosts(pattern, 100)).toHaveProperty('problem');
  });
  it('words of a shell', () => {
    expect(shellWords(`a 'b c' "d \\" e"f \\g #h`)).toEqual(['a', 'b c', 'd " ef', 'g']);
    expect(shellWords(`'open`)).toBeNull();
  });
  it('programs and sealed files are refused', async () => {
    await expect(previewText('ansible', '#!/bin/sh\necho')).rejects.toMatchObject({ code: 'import.unreadable' });
    await expect(previewText('ansible', '$ANSIBLE_VAULT;1.1')).rejects.toMatchObject({ code: 'import.unreadable' });
  });
  it('a jump host of the inventory is found by its name', async () => {
    const entries = byName(await previewText('ansible', "x-test ansible_ssh_common_args='-J gate'\n", [testServer('gate')]));
    expect(entries.get('x-test')?.fields?.jump).toBe('gate');
  });
});
