import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Protocol } from 'electron';
import { desktopOrigin } from '../../../shared/desktopBridge.ts';
import { mediaType, pageHeaders, rendererFile } from './pageRules.ts';

const scheme = desktopOrigin.slice(0, desktopOrigin.indexOf(':'));

/** Declares the app's protocol a secure origin of its own. Must run before Electron is ready. */
export function registerAppScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

/** Answers a request of the page from the renderer's folder: 405 for anything but reading, 404 for what is not there. */
export async function answerPageRequest(rendererDirectory: string, request: Pick<Request, 'method' | 'url'>): Promise<Response> {
  const refuse = (status: number) => new Response(null, { status, headers: pageHeaders });
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  const file = rendererFile(request.url);
  const type = file === null ? null : mediaType(file);
  if (file === null || type === null) return refuse(404);
  let body: Uint8Array<ArrayBuffer>;
  try {
    body = new Uint8Array(await readFile(join(rendererDirectory, ...file.split('/'))));
  } catch {
    return refuse(404);
  }
  return new Response(request.method === 'HEAD' ? null : body, { headers: { ...pageHeaders, 'content-type': type } });
}

/** Serves the renderer under the app's protocol. */
export function serveRenderer(protocol: Pick<Protocol, 'handle'>, rendererDirectory: string): void {
  protocol.handle(scheme, (request) => answerPageRequest(rendererDirectory, request));
}
