import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';

const softwareRenderers = /swiftshader|llvmpipe|software|basic render/i;

/** Whether the browser draws with a real GPU. Under software rendering the DOM renderer is several times faster than WebGL. */
export function canDrawWithGpu(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return false;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = info ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return renderer !== '' && !softwareRenderers.test(renderer);
}

/** Draws with WebGL until its context is lost; then the DOM renderer takes over by itself. */
export function loadWebgl(terminal: Terminal): void {
  const addon = new WebglAddon();
  addon.onContextLoss(() => addon.dispose());
  terminal.loadAddon(addon);
}
