import { posix, resolve } from 'node:path';
import type { Plugin } from 'vite';

const siblingUrl = /new URL\(\s*(['"])(\.{1,2}\/[^'"]+\.ts)\1\s*,\s*import\.meta\.url\s*\)/g;
const placeholder = (reference: string) => `__SIBLING_MODULE_${reference}__`;
const placeholders = /__SIBLING_MODULE_([\w$]+?)__/g;

/**
 * Builds each module that the main process names by `new URL('./x.ts', import.meta.url)`, as workers and child processes are,
 * into a file of its own, and points the URL at it: the same line then works from sources and from the bundle.
 */
export function siblingModules(): Plugin {
  return {
    name: 'pilothouse:sibling-modules',
    apply: 'build',
    transform(code, id) {
      if (!code.includes('import.meta.url')) return null;
      const changed = code.replace(siblingUrl, (_, __, path: string) => {
        const reference = this.emitFile({ type: 'chunk', id: resolve(id, '..', path) });
        return `new URL(${placeholder(reference)}, import.meta.url)`;
      });
      return changed === code ? null : { code: changed, map: null };
    },
    renderChunk(code, chunk) {
      const changed = code.replace(placeholders, (_, reference: string) => {
        const path = posix.relative(posix.dirname(chunk.fileName), this.getFileName(reference));
        return JSON.stringify(path.startsWith('.') ? path : `./${path}`);
      });
      return changed === code ? null : { code: changed, map: null };
    },
  };
}
