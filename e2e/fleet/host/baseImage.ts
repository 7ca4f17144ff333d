import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { mustRun } from './command.ts';
import { mustDocker } from './docker.ts';
import { aptMirror } from './hostPackages.ts';
import { baseTag } from './imageCatalogue.ts';
import { inputLabel } from './imageInputs.ts';
import { statePath } from './paths.ts';

const suite = 'trixie';

const options = [
  '--variant=apt',
  '--include=ca-certificates,passwd',
  '--aptopt=Acquire::Languages "none"',
  '--aptopt=APT::Install-Recommends "false"',
  '--dpkgopt=force-unsafe-io',
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  '--dpkgopt=path-exclude=/usr/share/locale/*',
];

/** Hash of everything the base layer is made from, except what the mirror serves on the day. */
export function baseInputs(): string {
  return createHash('sha256')
    .update([suite, ...options].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/** Makes the Debian base layer with mmdebstrap and imports it into the fleet's daemon. */
export async function buildBase(): Promise<void> {
  const mirror = (await aptMirror()).replace(/\/$/, '');
  const archive = statePath('base.tar');
  const sources = [`deb ${mirror} ${suite} main`, `deb ${mirror}-security ${suite}-security main`];
  await mustRun('mmdebstrap', ['--quiet', ...options, suite, archive, ...sources]);
  await mustDocker(['import', '--change', `LABEL ${inputLabel}=${baseInputs()}`, archive, baseTag]);
  await rm(archive);
}
