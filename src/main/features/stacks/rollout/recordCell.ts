import type { CellOutcome } from '../../../operations/operations.ts';
import { modelsOf } from '../day2/modelsOf.ts';
import { currentOrRefuse } from './gateCells.ts';
import { giveLockBack, notes, type RolloutRun, unchangedOutcome } from './rolloutRun.ts';
import { imagesScript } from './rolloutScripts.ts';

/** Records on the server what runs now, with the digests of its images and what was measured, and gives the lock back. */
export async function recordCell(run: RolloutRun): Promise<CellOutcome> {
  const { context } = run;
  const unchanged = unchangedOutcome(context);
  if (unchanged !== null) return unchanged;
  // Once: after the lock was given back, somebody else may have made another release current.
  const id = await context.effect('record', 'idempotent', async () => record(run));
  await giveLockBack(run);
  return { state: 'done', detail: `${id} is current` };
}

async function record(run: RolloutRun): Promise<string> {
  const { context, server } = run;
  const state = await server.state();
  const release = currentOrRefuse(state, run);
  const found = readImages(await server.run('read the images', imagesScript));
  const images = release.images.map((image) => ({ ...image, ...found.get(image.service) }));
  for (const other of state.releases) {
    const superseded = other.id !== release.id && other.state === 'superseded' && other.id === notes.previous(context);
    if (superseded) await server.writeManifest(other);
  }
  const measured = notes.measured(context);
  const models = await modelsOf(server, release);
  await server.writeManifest({
    ...release,
    state: 'current',
    images,
    ...(models.length === 0 ? {} : { models }),
    ...(measured.length === 0 ? {} : { performance: measured }),
  });
  return release.id;
}

/** A commit as build systems write it into a label: a hash, or another word without blanks. */
const commitWord = /^[\w.+/-]{4,100}$/;

/** What is known of images by service from the lines of `imagesScript`; an image that no registry gave has no digest, and not each names its commit. */
function readImages(output: string): Map<string, { digest?: string; commit: string | null }> {
  const images = new Map<string, { digest?: string; commit: string | null }>();
  for (const line of output.split('\n')) {
    const [service = '', , references = '', commit = ''] = line.split('\t');
    const digest = references.split(',')[0]?.split('@')[1];
    if (service !== '') images.set(service, { ...(digest === undefined ? {} : { digest }), commit: commitWord.test(commit) ? commit : null });
  }
  return images;
}
