import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';

/** A certificate for `localhost` and 127.0.0.1, in PEM, and who vouches for it. */
export interface TestCertificate {
  key: string;
  cert: string;
  authority: string;
}

/** Makes a certificate, by an authority that nobody knows yet. */
export function makeCertificate(): TestCertificate {
  const directory = mkdtempSync(join(tmpdir(), 'ph-certificate-'));
  const openssl = (words: string) => execFileSync('openssl', words.split(' '), { cwd: directory, stdio: 'pipe' });
  const curve = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  try {
    openssl(`req -x509 ${curve} -days 2 -subj /CN=test-authority -keyout root.key -out root.pem`);
    openssl(`req ${curve} -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout own.key -out own.csr`);
    openssl('x509 -req -in own.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -copy_extensions copy -out own.pem');
    const [key = '', cert = '', authority = ''] = ['own.key', 'own.pem', 'root.pem'].map((name) => readFileSync(join(directory, name), 'utf8'));
    return { key, cert, authority };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Trusts who vouches for it until the test is over, as an administrator does for the whole computer. */
export function trust({ authority }: TestCertificate): void {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, authority]);
  onTestFinished(() => setDefaultCACertificates(before));
}
