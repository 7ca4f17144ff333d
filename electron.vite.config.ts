import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';
import { siblingModules } from './scripts/siblingModules.ts';
import rendererConfig from './src/renderer/vite.config.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Each becomes `out/main/<name>.js`; an entry whose file is not in the tree is left out. */
const mainEntries = {
  desktop: 'src/main/hosts/desktop/main.ts',
  core: 'src/main/hosts/desktop/coreProcess.ts',
  headless: 'src/main/hosts/headless/main.ts',
  cli: 'src/main/hosts/cli/main.ts',
};

const input = Object.fromEntries(
  Object.entries(mainEntries)
    .map(([name, file]) => [name, resolve(root, file)] as const)
    .filter(([, file]) => existsSync(file)),
);

const rendererIndex = resolve(root, 'src/renderer/index.html');

export default defineConfig({
  main: {
    plugins: [siblingModules()],
    build: {
      // The packages under `dependencies` stay outside: they hold native code, or look for it. All else is bundled.
      externalizeDeps: true,
      rolldownOptions: {
        input,
        // Optional native parts of ws, looked for in a try block.
        external: ['bufferutil', 'utf-8-validate'],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: resolve(root, 'src/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  ...(existsSync(rendererIndex) && {
    renderer: {
      ...rendererConfig,
      build: { ...rendererConfig.build, outDir: resolve(root, 'out/renderer'), rolldownOptions: { input: rendererIndex } },
    },
  }),
});
