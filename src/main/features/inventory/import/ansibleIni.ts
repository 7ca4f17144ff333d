import { type AnsibleInventory, addHost, emptyInventory, groupOf, type Variables } from './ansibleModel.ts';
import { expandHosts } from './ansibleRanges.ts';
import { mostDrafts } from './importDraft.ts';
import { shellWords } from './shellWords.ts';

type Kind = 'hosts' | 'vars' | 'children';

/**
 * Reads an Ansible inventory in INI form. Lines that mean nothing are remarked on.
 * Source: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ini_inventory.html
 */
export function parseAnsibleIni(text: string, path: string): AnsibleInventory {
  const inventory = emptyInventory();
  const children: { name: string; source: string }[] = [];
  const declared = new Set<string>(['all', 'ungrouped']);
  let group = 'ungrouped';
  let kind: Kind = 'hosts';
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const source = `${path}:${index + 1}`;
    const remark = (why: string) => void inventory.remarks.push({ source, text: `left out: ${why}` });
    const section = /^\[([^:\]]+)(?::(\w+))?\]\s*(?:[#;].*)?$/.exec(line);
    if (section !== null) {
      group = (section[1] ?? '').trim();
      kind = kindOf(section[2]) ?? 'hosts';
      if (kindOf(section[2]) === null) remark(`there is no section of the kind “${section[2]}”`);
      if (kind !== 'vars') declared.add(group);
      groupOf(inventory, group);
    } else if (kind === 'vars') setVariable(groupOf(inventory, group).vars, line, remark);
    else if (kind === 'children') {
      const [child = ''] = line.split(/\s+/);
      groupOf(inventory, group).children.add(child);
      groupOf(inventory, child);
      children.push({ name: child, source });
    } else hostLine(inventory, group, line, source, remark);
  }
  for (const { name, source } of children) if (!declared.has(name)) inventory.remarks.push({ source, text: `the group “${name}” has no section of its own` });
  for (const name of inventory.groups.keys())
    if (name !== 'all' && !declared.has(name) && !children.some((child) => child.name === name))
      inventory.remarks.push({ source: path, text: `the group “${name}” has variables and no hosts` });
  return inventory;
}

function kindOf(word: string | undefined): Kind | null {
  if (word === undefined) return 'hosts';
  return word === 'vars' || word === 'children' || word === 'hosts' ? word : null;
}

function setVariable(vars: Variables, line: string, remark: (why: string) => void): void {
  const equals = line.indexOf('=');
  // The line itself may hold a secret.
  if (equals <= 0) {
    remark('it is no variable with a value');
    return;
  }
  vars.set(line.slice(0, equals).trim(), unquoted(line.slice(equals + 1).trim()));
}

/** Values of `:vars` are Python literals where they can be. */
function unquoted(value: string): string {
  const quoted = /^(?:'([^']*)'|"([^"]*)")\s*(?:#.*)?$/.exec(value);
  return quoted === null ? value : (quoted[1] ?? quoted[2] ?? '');
}

function hostLine(inventory: AnsibleInventory, group: string, line: string, source: string, remark: (why: string) => void): void {
  const words = shellWords(line);
  if (words === null) {
    remark('a quotation mark is not closed');
    return;
  }
  const [pattern, ...pairs] = words;
  if (pattern === undefined) return;
  const left = mostDrafts + 1 - inventory.hosts.size;
  const expanded = expandHosts(pattern, Math.max(1, left));
  if ('problem' in expanded) {
    remark(expanded.problem);
    return;
  }
  const vars: Variables = new Map(expanded.port === null ? [] : [['ansible_port', String(expanded.port)]]);
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals <= 0) remark('a word after the host is no variable with a value');
    else vars.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  for (const host of expanded.hosts) {
    addHost(inventory, host, vars, source);
    groupOf(inventory, group).hosts.add(host);
  }
}
