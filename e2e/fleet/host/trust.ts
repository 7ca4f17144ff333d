import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { mustRun } from './command.ts';
import { statePath, trustPaths } from './paths.ts';

/** Names on the fleet's one server certificate: everything a server may ask for that is not Debian's own mirror. */
export const vendorHosts = {
  registry: ['registry-1.docker.io', 'index.docker.io', 'auth.docker.io', 'ghcr.io', 'quay.io', 'nvcr.io', 'gcr.io'],
  inet: ['download.docker.com', 'get.docker.com', 'nvidia.github.io', 'registry.ollama.ai'],
} as const;

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

// Python's TLS refuses an authority that does not say what its key is for.
const authorityExtensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function makeAuthority(): Promise<void> {
  const subject = ['-subj', '/CN=Pilothouse Test Fleet CA', '-days', '3650'];
  const extensions = authorityExtensions.flatMap((each) => ['-addext', each]);
  const place = ['-keyout', trustPaths.caKey, '-out', trustPaths.caCert];
  await mustRun('openssl', ['req', '-x509', ...newKey, ...subject, ...extensions, ...place]);
}

async function makeServerCertificate(): Promise<void> {
  const request = statePath('trust', 'server.csr');
  const extensions = statePath('trust', 'server.ext');
  const names = [...vendorHosts.registry, ...vendorHosts.inet].map((host) => `DNS:${host}`).join(',');
  await writeFile(extensions, `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`);
  await mustRun('openssl', ['req', ...newKey, '-subj', '/CN=fleet', '-keyout', trustPaths.tlsKey, '-out', request]);
  const authority = ['-CA', trustPaths.caCert, '-CAkey', trustPaths.caKey, '-CAcreateserial'];
  const place = ['-in', request, '-out', trustPaths.tlsCert, '-extfile', extensions];
  await mustRun('openssl', ['x509', '-req', '-days', '3650', ...authority, ...place]);
}

/** Makes the fleet's authority, server certificate and the operator's SSH key, anew when their recipe changes. */
export async function ensureTrust(): Promise<void> {
  const recipe = JSON.stringify([authorityExtensions, vendorHosts]);
  const recipeFile = statePath('trust', 'recipe.json');
  await mkdir(dirname(trustPaths.sshKey), { recursive: true, mode: 0o700 });
  await mkdir(trustPaths.tlsDir, { recursive: true });
  if ((await readFile(recipeFile, 'utf8').catch(() => '')) !== recipe) {
    await makeAuthority();
    await makeServerCertificate();
    await writeFile(recipeFile, recipe);
  }
  if (!(await exists(trustPaths.sshPublicKey))) {
    await rm(trustPaths.sshKey, { force: true });
    await mustRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'pilothouse-test-fleet', '-f', trustPaths.sshKey]);
  }
}
