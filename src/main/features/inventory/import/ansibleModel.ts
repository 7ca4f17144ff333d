/** Stands for a value that Ansible Vault has sealed: it is never decoded. */
export const vaulted = Symbol('vaulted');

/** A value of a variable: what YAML or an INI file makes of it. */
export type Variables = Map<string, unknown>;

/** A group of an Ansible inventory. */
export interface AnsibleGroup {
  hosts: Set<string>;
  children: Set<string>;
  vars: Variables;
  /** From `group_vars/`, which outranks what the inventory itself says. */
  fileVars: Variables;
}

/** An Ansible inventory as it is read, before precedence is worked out. */
export interface AnsibleInventory {
  groups: Map<string, AnsibleGroup>;
  /** In order of their first mention. */
  hosts: Map<string, { vars: Variables; fileVars: Variables; source: string }>;
  remarks: { source: string; text: string }[];
}

/** An inventory without anything. */
export function emptyInventory(): AnsibleInventory {
  const inventory: AnsibleInventory = { groups: new Map(), hosts: new Map(), remarks: [] };
  groupOf(inventory, 'all');
  return inventory;
}

/** The group of a name, made where it is not there yet. */
export function groupOf(inventory: AnsibleInventory, name: string): AnsibleGroup {
  const known = inventory.groups.get(name);
  if (known !== undefined) return known;
  const group: AnsibleGroup = { hosts: new Set(), children: new Set(), vars: new Map(), fileVars: new Map() };
  inventory.groups.set(name, group);
  return group;
}

/** The host of a name, made where it is not there yet; variables given later win. */
export function addHost(inventory: AnsibleInventory, name: string, vars: Variables, source: string): void {
  const host = inventory.hosts.get(name) ?? { vars: new Map(), fileVars: new Map(), source };
  for (const [key, value] of vars) host.vars.set(key, value);
  inventory.hosts.set(name, host);
}

/** Groups of every host, its groups' parents among them, those nearest to `all` first; a loop of groups is cut and remarked on. */
export function groupsByHost(inventory: AnsibleInventory): Map<string, string[]> {
  const depths = groupDepths(inventory);
  const parents = new Map<string, Set<string>>();
  for (const [name, group] of inventory.groups) for (const child of group.children) parents.set(child, (parents.get(child) ?? new Set()).add(name));
  const ancestors = new Map<string, ReadonlySet<string>>();
  const ancestorsOf = (name: string): ReadonlySet<string> => {
    const known = ancestors.get(name);
    if (known !== undefined) return known;
    const all = new Set([name]);
    for (const next of all) for (const parent of parents.get(next) ?? []) all.add(parent);
    ancestors.set(name, all);
    return all;
  };
  const found = new Map<string, Set<string>>([...inventory.hosts.keys()].map((host) => [host, new Set<string>()]));
  for (const [name, group] of inventory.groups) {
    for (const host of group.hosts) for (const ancestor of ancestorsOf(name)) found.get(host)?.add(ancestor);
  }
  const priority = (name: string) => Number(inventory.groups.get(name)?.vars.get('ansible_group_priority') ?? 1) || 1;
  const rank = (a: string, b: string) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0) || priority(a) - priority(b) || (a < b ? -1 : 1);
  return new Map([...found].map(([host, names]) => [host, [...names].filter((name) => name !== 'all' && name !== 'ungrouped').sort(rank)]));
}

/** How far a group is from `all` on the longest way. */
function groupDepths(inventory: AnsibleInventory): Map<string, number> {
  const depths = new Map([...inventory.groups.keys()].map((name) => [name, name === 'all' ? 0 : 1]));
  const limit = inventory.groups.size;
  for (let round = 0, changed = true; changed && round <= limit; round += 1) {
    changed = false;
    for (const [name, group] of inventory.groups) {
      const depth = (depths.get(name) ?? 1) + 1;
      for (const child of group.children) {
        if ((depths.get(child) ?? 1) >= depth || child === name) continue;
        if (round === limit) {
          inventory.remarks.push({ source: `group ${child}`, text: `is its own parent through ${name}` });
          return depths;
        }
        depths.set(child, depth);
        changed = true;
      }
    }
  }
  return depths;
}

/**
 * Variables of a host, the ones that win. Order: groups of the inventory from `all` to the nearest, `group_vars/` in the same order, the
 * host's own, `host_vars/`. Source: https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html (variable precedence).
 */
export function hostVariables(inventory: AnsibleInventory, host: string, groups: readonly string[]): Variables {
  const all = ['all', ...groups];
  const own = inventory.hosts.get(host);
  const layers = [
    ...all.map((name) => inventory.groups.get(name)?.vars),
    ...all.map((name) => inventory.groups.get(name)?.fileVars),
    ...[own?.vars, own?.fileVars],
  ];
  return new Map(layers.flatMap((layer) => [...(layer ?? [])]));
}
