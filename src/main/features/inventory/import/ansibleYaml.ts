import { type AnsibleInventory, addHost, emptyInventory, groupOf, type Variables, vaulted } from './ansibleModel.ts';
import { expandHosts } from './ansibleRanges.ts';
import { parseYaml } from './documentFormats.ts';
import { mostDrafts } from './importDraft.ts';

/**
 * Reads an Ansible inventory in YAML form; sealed values stay sealed. Throws `import.unreadable`.
 * Source: https://docs.ansible.com/ansible/latest/collections/ansible/builtin/yaml_inventory.html
 */
export function parseAnsibleYaml(text: string, path: string): AnsibleInventory {
  const inventory = emptyInventory();
  const top = asMapping(parseAnsibleDocument(text, path));
  if (top === null) {
    inventory.remarks.push({ source: path, text: 'left out: it holds no groups' });
    return inventory;
  }
  for (const [name, value] of top) readGroup(inventory, name, value, `${path}: ${name}`, 0);
  return inventory;
}

/** Parses YAML as Ansible writes it, with its tags for sealed and for literal text. Throws `import.unreadable`. */
export function parseAnsibleDocument(text: string, path: string): unknown {
  const customTags = [
    { tag: '!vault', resolve: () => vaulted },
    { tag: '!vault-encrypted', resolve: () => vaulted },
    { tag: '!unsafe', resolve: (value: string) => value },
  ];
  // Objects would put names that are numbers first.
  return parseYaml(text, path, { customTags, mapAsMap: true });
}

/** Keys and values of a mapping; null for anything else. */
export function asMapping(value: unknown): Variables | null {
  return value instanceof Map ? new Map([...value].map(([key, inner]) => [String(key), inner])) : null;
}

const mostNesting = 30;

function readGroup(inventory: AnsibleInventory, name: string, value: unknown, source: string, depth: number): void {
  const remark = (text: string) => void inventory.remarks.push({ source, text: `left out: ${text}` });
  const group = groupOf(inventory, name);
  if (value === null) return;
  const parts = asMapping(value);
  if (parts === null) {
    remark('it is no group');
    return;
  }
  if (depth > mostNesting) {
    remark(`groups more than ${mostNesting} deep`);
    return;
  }
  for (const [key, part] of parts) {
    if (key !== 'hosts' && key !== 'vars' && key !== 'children') {
      remark(`the key “${key.slice(0, 100)}” means nothing in a group`);
      continue;
    }
    const inner = typeof part === 'string' && key === 'hosts' ? new Map([[part, null]]) : asMapping(part ?? new Map());
    if (inner === null) remark(`“${key}” is no mapping`);
    else if (key === 'vars') for (const [variable, content] of inner) group.vars.set(variable, content);
    else if (key === 'hosts') for (const [host, vars] of inner) readHost(inventory, name, host, vars, source, remark);
    else {
      for (const [child, content] of inner) {
        group.children.add(child);
        readGroup(inventory, child, content, `${source}.${child}`, depth + 1);
      }
    }
  }
}

function readHost(inventory: AnsibleInventory, group: string, pattern: string, value: unknown, source: string, remark: (why: string) => void): void {
  const vars = asMapping(value ?? new Map());
  if (vars === null) {
    remark(`the variables of the host “${pattern.slice(0, 100)}” are no mapping`);
    return;
  }
  const expanded = expandHosts(pattern, Math.max(1, mostDrafts + 1 - inventory.hosts.size));
  if ('problem' in expanded) {
    remark(`${pattern.slice(0, 100)}: ${expanded.problem}`);
    return;
  }
  if (expanded.port !== null && !vars.has('ansible_port')) vars.set('ansible_port', expanded.port);
  for (const host of expanded.hosts) {
    addHost(inventory, host, vars, `${source}.${host}`);
    groupOf(inventory, group).hosts.add(host);
  }
}
