import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { parseAnsibleIni } from './ansibleIni.ts';
import { type AnsibleInventory, groupOf, type Variables } from './ansibleModel.ts';
import { asMapping, parseAnsibleDocument, parseAnsibleYaml } from './ansibleYaml.ts';

const most = { files: 2000, bytes: 4 * 1024 * 1024 };

/** Reads an inventory's text, INI or YAML, and the `group_vars` and `host_vars` beside its file if it is one. Throws `import.unreadable`. */
export async function readAnsible(text: string, path: string, isFile: boolean): Promise<AnsibleInventory> {
  if (text.startsWith('#!')) throw unreadable(path, 'it is a program that would print an inventory; programs are not run. Save what it prints');
  if (text.startsWith('$ANSIBLE_VAULT')) throw unreadable(path, 'it is sealed by Ansible Vault');
  const inventory = isYaml(text, path) ? parseAnsibleYaml(text, path) : parseAnsibleIni(text, path);
  if (isFile) {
    const reading = { inventory, files: 0, bytes: 0 };
    await readFolder(
      join(dirname(path), 'group_vars'),
      reading,
      (name) => (inventory.groups.has(name) ? groupOf(inventory, name).fileVars : undefined),
      'group',
    );
    await readFolder(join(dirname(path), 'host_vars'), reading, (name) => inventory.hosts.get(name)?.fileVars, 'host');
  }
  return inventory;
}

/** By the name, else by the first line that says something. */
function isYaml(text: string, path: string): boolean {
  if (/\.(ya?ml|json)$/i.test(path)) return true;
  if (/\.(ini|cfg|inventory)$/i.test(path)) return false;
  const first = text.split('\n').find((line) => line.trim() !== '' && !/^\s*[#;]/.test(line)) ?? '';
  return /^(---|\{|["']?[\w.-]+["']?:(\s|$))/.test(first);
}

interface Reading {
  inventory: AnsibleInventory;
  files: number;
  bytes: number;
}

/** Each entry is a file, or a folder of files, that is named after a group or host. */
async function readFolder(folder: string, reading: Reading, varsOf: (name: string) => Variables | undefined, kind: string): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const name = entry.replace(/\.(ya?ml|json)$/i, '');
    const path = join(folder, entry);
    const vars = varsOf(name);
    if (vars === undefined) {
      reading.inventory.remarks.push({ source: path, text: `the inventory has no ${kind} of this name` });
      continue;
    }
    const isFolder = (await stat(path)).isDirectory();
    const paths = isFolder ? (await entriesOf(path)).map((inner) => join(path, inner)) : [path];
    for (const file of paths) await readVariables(file, vars, reading);
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.filter((entry) => !entry.startsWith('.') && !entry.endsWith('~')).sort();
}

async function readVariables(path: string, vars: Variables, reading: Reading): Promise<void> {
  const remark = (text: string) => void reading.inventory.remarks.push({ source: path, text: `left out: ${text}` });
  const found = await stat(path);
  reading.files += 1;
  reading.bytes += found.size;
  if (reading.files > most.files || reading.bytes > most.bytes) throw unreadable(path, 'there are too many variables beside the inventory');
  if (!found.isFile()) {
    remark(`${basename(path)} is not a file`);
    return;
  }
  if (!/\.(ya?ml|json)$|^[^.]+$/i.test(basename(path))) {
    remark('Ansible reads files of other names only');
    return;
  }
  const text = await readFile(path, 'utf8');
  if (text.startsWith('$ANSIBLE_VAULT')) {
    remark('it is sealed by Ansible Vault');
    return;
  }
  try {
    const values = asMapping(parseAnsibleDocument(text, path) ?? new Map());
    if (values === null) {
      remark('it holds no variables');
      return;
    }
    for (const [key, value] of values) vars.set(key, value);
  } catch (error) {
    if (!AppError.is(error, 'import.unreadable')) throw error;
    remark(error.data.reason);
  }
}

function unreadable(source: string, reason: string): AppError {
  return new AppError('import.unreadable', { source: source.slice(0, 1000), reason });
}
