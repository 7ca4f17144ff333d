/** What the modules of one part of the tree may import. Folders are prefixes below `src/`; the first part that fits counts. */
export interface Part {
  folder: string;
  /** Other folders whose modules it may import; its own is always open to it. */
  mayImport: string[];
  /** Packages it may import: null for all that no other folder owns. */
  packages: string[] | null;
  /** Whether Node's own modules are open to it. */
  node: boolean;
}

/** The layers, outermost first: hosts, core, features, operations, remote and database. Nothing imports back outward. */
export const parts: Part[] = [
  { folder: 'shared/', mayImport: [], packages: ['zod', '@orpc/contract', '@orpc/shared'], node: false },
  { folder: 'renderer/ui/', mayImport: ['shared/'], packages: null, node: false },
  { folder: 'renderer/client/', mayImport: ['shared/'], packages: null, node: false },
  { folder: 'renderer/', mayImport: ['shared/'], packages: null, node: false },
  { folder: 'preload/', mayImport: ['shared/'], packages: ['electron'], node: false },
  { folder: 'main/hosts/desktop/', mayImport: ['main/core/', 'main/transport/', 'shared/'], packages: null, node: true },
  { folder: 'main/hosts/headless/', mayImport: ['main/core/', 'main/transport/', 'shared/'], packages: null, node: true },
  // `pilothouse serve` is a verb of the command line.
  { folder: 'main/hosts/cli/', mayImport: ['main/hosts/headless/', 'main/core/', 'main/transport/', 'shared/'], packages: null, node: true },
  {
    folder: 'main/core/',
    mayImport: [
      'main/features/',
      'main/operations/',
      'main/remote/',
      'main/database/',
      'main/commands/',
      'main/demo/',
      'main/rpc/',
      'main/transport/',
      'shared/',
    ],
    packages: null,
    node: true,
  },
  { folder: 'main/features/demo/', mayImport: ['main/demo/', 'main/rpc/', 'shared/'], packages: null, node: true },
  {
    folder: 'main/features/',
    mayImport: ['main/operations/', 'main/remote/', 'main/database/', 'main/commands/', 'main/rpc/', 'shared/'],
    packages: null,
    node: true,
  },
  { folder: 'main/operations/', mayImport: ['main/remote/', 'main/database/', 'main/commands/', 'main/rpc/', 'shared/'], packages: null, node: true },
  { folder: 'main/remote/', mayImport: ['main/commands/', 'shared/'], packages: null, node: true },
  { folder: 'main/database/', mayImport: ['shared/'], packages: null, node: true },
  // The one maker of key pairs knows which of them are malformed.
  { folder: 'main/demo/', mayImport: ['main/commands/', 'main/remote/sshKeyPair.ts', 'shared/'], packages: null, node: true },
  { folder: 'main/transport/', mayImport: ['main/rpc/', 'shared/'], packages: null, node: true },
  { folder: 'main/rpc/', mayImport: ['shared/'], packages: null, node: true },
  { folder: 'main/commands/', mayImport: ['shared/'], packages: null, node: true },
];

/** Packages with one owning folder each, by exact name or, with a closing `*`, by prefix; first match counts. */
export const owners: { package: string; folders: string[] }[] = [
  { package: 'electron', folders: ['main/hosts/desktop/', 'preload/'] },
  { package: 'electron-updater', folders: ['main/hosts/desktop/'] },
  { package: 'ssh2', folders: ['main/remote/', 'main/demo/'] },
  { package: 'better-sqlite3', folders: ['main/database/'] },
  { package: 'ws', folders: ['main/transport/'] },
  // The demo fleet's stand-in services answer HTTP like the real ones.
  // Over a channel of SSH one speaks HTTP as a client, and listens nowhere.
  { package: 'node:http', folders: ['main/hosts/', 'main/transport/', 'main/demo/', 'main/remote/httpOverChannel.ts'] },
  { package: 'node:https', folders: ['main/hosts/', 'main/transport/'] },
  { package: 'node:http2', folders: ['main/hosts/', 'main/transport/'] },
  { package: '@xterm/headless', folders: ['main/features/terminals/'] },
  // Serialises screens of either terminal.
  { package: '@xterm/addon-serialize', folders: ['renderer/terminal/', 'main/features/terminals/'] },
  { package: '@xterm/addon-unicode11', folders: ['renderer/terminal/', 'main/features/terminals/'] },
  { package: '@xterm/*', folders: ['renderer/terminal/'] },
  { package: 'commander', folders: ['main/hosts/cli/'] },
  { package: 'react*', folders: ['renderer/'] },
  { package: '@tanstack/*', folders: ['renderer/'] },
];

/** Packages that tests may use anywhere: the test tools, and what stands at the other end of a line. */
export const testPackages = ['vitest', 'vitest/*', '@vitest/*', 'vitest-browser-react', 'fast-check', 'ws', 'ssh2', 'node:http'];

/** What tests of the main process may use beside what their own part may: they put layers together that the program keeps apart. */
export const testMayImport = [
  'main/core/',
  'main/operations/',
  'main/remote/',
  'main/database/',
  'main/commands/',
  'main/demo/',
  'main/rpc/',
  'main/transport/',
];

/** Node's modules that compute and touch nothing. */
export const pureNodeModules = ['node:path', 'node:path/posix', 'node:util', 'node:url', 'node:buffer', 'node:crypto', 'node:assert', 'node:string_decoder'];

/** Packages that compute and touch nothing. */
export const purePackages = ['zod', 'yaml', 'diff', 'temporal-polyfill'];

/** Folders whose modules compute and touch nothing. */
const pureFolders = ['main/commands/', 'main/features/stacks/lint/'];

/** Whether modules of this path (below `src/`) promise to do no I/O. */
export function isPure(path: string): boolean {
  return path.endsWith('Rules.ts') || (pureFolders.some((folder) => path.startsWith(folder)) && !isTest(path));
}

/** Whether the module is a test, or lies in a folder of what only tests use. The program may not import it. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)(fixtures|testing)\//.test(path);
}

/** Whether a name fits a pattern that may end in `*`. */
export function fits(name: string, pattern: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
