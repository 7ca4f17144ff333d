import { readFile, stat } from 'node:fs/promises';
import type { ExportFormat, ImportPreview, ImportSource } from '../../../../shared/contract/servers.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { Server, ServerFields } from '../../../../shared/model/server.ts';
import { ansibleDrafts } from './ansibleDrafts.ts';
import { writeAnsibleIni, writeAnsibleYaml } from './ansibleExport.ts';
import { readAnsible } from './ansibleFiles.ts';
import { comparePreview, fieldsWithSsh } from './comparePreview.ts';
import { readCsv, writeCsv } from './csvFormat.ts';
import { readJson, readYaml, writeJson, writeYaml } from './documentFormats.ts';
import type { ImportedSource } from './importDraft.ts';
import { sshConfigDrafts } from './sshConfigDrafts.ts';
import { expandHome, readSshProgram } from './sshConfigFile.ts';
import type { LocalIdentity } from './sshConfigTokens.ts';

const mostBytes = 4 * 1024 * 1024;

/** Reads a source and sets it against the inventory. Nothing is changed, nothing of the source is run. Throws `import.unreadable`, `input.invalid`. */
export async function previewImport(source: ImportSource, context: { existing: readonly Server[]; local: LocalIdentity }): Promise<ImportPreview> {
  const { path, drafts, remarks } = await readSource(source, context);
  return { path, entries: comparePreview(drafts, context.existing), remarks };
}

async function readSource(source: ImportSource, context: { existing: readonly Server[]; local: LocalIdentity }): Promise<ImportedSource> {
  const { local, existing } = context;
  if (source.source === 'ssh-config') {
    return sshConfigDrafts(await readSshProgram({ path: source.path, text: source.text, homeDirectory: local.homeDirectory }), context);
  }
  if (source.path === undefined && source.text === undefined) throw new AppError('input.invalid', { issues: [{ path: 'path', message: 'name a file' }] });
  const path = source.text === undefined ? expandHome(source.path ?? '', local.homeDirectory) : (source.path ?? 'given text');
  const text = source.text ?? (await readText(path));
  switch (source.source) {
    case 'ansible': {
      const inventory = await readAnsible(text, path, source.text === undefined);
      return ansibleDrafts(inventory, path, { existing, homeDirectory: local.homeDirectory, localUser: local.user });
    }
    case 'csv':
      return readCsv(text, path);
    case 'json':
      return readJson(text, path);
    case 'yaml':
      return readYaml(text, path);
  }
}

async function readText(path: string): Promise<string> {
  const unreadable = (reason: string, cause?: unknown) =>
    new AppError('import.unreadable', { source: path.slice(0, 1000), reason: reason.slice(0, 500) }, { cause });
  let bytes: Buffer;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw unreadable('it is not a file');
    if (found.size > mostBytes) throw unreadable('it is larger than 4 MiB');
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw unreadable(code === 'ENOENT' ? 'there is no such file' : message, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable('it is not text in UTF-8', error);
  }
}

const endings: Record<ExportFormat, string> = { 'ansible-ini': 'ini', 'ansible-yaml': 'ansible.yml', csv: 'csv', json: 'json', yaml: 'yaml' };

/** Servers of an inventory as a file of a format. Secrets are in no record, so in no export. */
export function exportServers(
  servers: readonly Server[],
  format: ExportFormat,
  inventory: readonly Server[] = servers,
): { fileName: string; text: string; count: number; notes: string[] } {
  const written = write(servers.map(fieldsWithSsh), format, inventory);
  return { fileName: `pilothouse-servers.${endings[format]}`, count: servers.length, ...written };
}

function write(servers: readonly ServerFields[], format: ExportFormat, inventory: readonly ServerFields[]): { text: string; notes: string[] } {
  switch (format) {
    case 'ansible-ini':
      return writeAnsibleIni(servers, inventory);
    case 'ansible-yaml':
      return writeAnsibleYaml(servers, inventory);
    case 'csv':
      return writeCsv(servers);
    case 'json':
      return { text: writeJson(servers), notes: [] };
    case 'yaml':
      return { text: writeYaml(servers), notes: [] };
  }
}
