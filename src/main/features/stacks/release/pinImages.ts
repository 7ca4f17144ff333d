import type { ReleaseRecord } from './releaseRules.ts';
import { scriptHead } from './scriptHead.ts';
import type { StackServer } from './stackServer.ts';

/**
 * Lets the tags of a release stand for the images that it was recorded with, one line each of `PH_PINS` (reference, and the image by its digest, with a
 * tab between). `PH_FETCH` (1): one that is not there is pulled by its digest. What cannot be had is said as `lost REFERENCE` and left.
 */
export const pinScript = `${scriptHead}
tab=$(printf '\\t')
id() { docker image inspect --format '{{.Id}}' "$1" 2>/dev/null | grep . || true; }
printf '%s\\n' "$PH_PINS" | while IFS="$tab" read -r reference pinned; do
  if [ -z "$reference" ]; then continue; fi
  if [ -z "$(id "$pinned")" ] && [ "$PH_FETCH" = 1 ]; then docker pull --quiet "$pinned" >/dev/null 2>&1 || true; fi
  wanted=$(id "$pinned")
  if [ -z "$wanted" ]; then
    printf 'lost %s\\n' "$reference"
  elif [ "$wanted" != "$(id "$reference")" ]; then
    docker tag "$wanted" "$reference"
    printf 'back %s\\n' "$reference"
  fi
done
`;

const limitMs = 3_600_000;

/**
 * Before a release comes back: its tags stand for the images that it ran with, though a registry may have moved them since. Returns the
 * references whose images cannot be had any more; they stay what their tags stand for now.
 */
export async function pinImages(server: StackServer, release: Pick<ReleaseRecord, 'images'>, options: { fetch: boolean }): Promise<string[]> {
  const pins = release.images.flatMap(({ reference, digest }) => {
    if (digest === null || reference.includes('@')) return [];
    return [`${reference}\t${reference.replace(/:[^:/]*$/, '')}@${digest}`];
  });
  if (pins.length === 0) return [];
  const output = await server.run('look for the images of the release', pinScript, { PH_PINS: pins.join('\n'), PH_FETCH: options.fetch ? '1' : '0' }, limitMs);
  return [...output.matchAll(/^lost (.*)$/gm)].map((match) => match[1] ?? '');
}
