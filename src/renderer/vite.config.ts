import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the renderer on its own, for the browser host and the screen specs; the desktop build shares `rendererPlugins`. */
export const rendererPlugins = () => [react(), tailwindcss()];

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: rendererPlugins(),
  build: { outDir: '../../out/renderer', emptyOutDir: true, minify: true, target: 'chrome130', assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  server: {
    proxy: { '/rpc': { target: process.env['PILOTHOUSE_CORE'] ?? 'http://127.0.0.1:4700', ws: true, changeOrigin: true, rewriteWsOrigin: true } },
  },
});
