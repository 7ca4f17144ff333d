import { gib } from '../gpuFacts.ts';
import { imageFacts } from '../imageFacts.ts';
import { found, type LintRule, type LintSubject } from '../lintSubject.ts';
import { neededServices } from '../needs.ts';

/** Unpacked size of an image by what it is, in MiB, rounded up: libraries of CUDA are what counts. */
const imageMib: Record<string, number> = { vLLM: 18_000, SGLang: 18_000, 'Text Generation Inference': 12_000, Ollama: 4000 };
const otherImageMib = 600;

/** Images, models and data against the disk that is free. */
export const diskRoom: LintRule = {
  id: 'disk-room',
  title: 'Images, models and data do not fit on the disk',
  why: 'A disk has to hold the images unpacked, the models, the data as it grows, logs, and the release before this one, so that there is a way back. A full disk stops databases first. Take a larger disk or put models and data on one of their own.',
  traps: ['X-024', 'X-034'],
  *check(subject) {
    if (subject.parameters['minDiskMib'] === '0') return;
    const needed = neededServices(subject);
    const { definition, project } = subject;
    const running = new Set(needed.map(({ service }) => service.name));
    const models = (definition?.models ?? []).filter(({ service }) => running.has(service)).reduce((sum, { downloadMib }) => sum + downloadMib, 0);
    const data = needed.reduce((sum, { needs }) => sum + (needs.diskMib ?? 0), 0);
    const later = needed.reduce((sum, { needs }) => sum + Math.max(needs.diskMibLater ?? 0, needs.diskMib ?? 0), 0);
    if (models + later === 0) return;
    const references = new Set(project.services.flatMap(({ image }) => image?.text ?? []));
    const images = [...references].reduce((sum, text) => sum + (imageMib[imageFacts(text)?.title ?? ''] ?? otherImageMib), 0);
    const disk = roomOf(subject);
    if (disk === null) {
      yield { unknown: 'whether the disk holds images, models and data: the free disk of the server is not known' };
      return;
    }
    const at = { file: 'stack.yaml', line: null };
    const words = `images about ${gib(images)} + models ${gib(models)}`;
    const fix = 'Take a larger disk, or put models and data on one of their own.';
    const now = images + models + data;
    // On a server where it runs already, most of it is on the disk and no longer free.
    const fresh = subject.server?.own?.length === 0 && !subject.parameters['minDiskMib'];
    if (now > disk.mib)
      yield found(fresh ? 'error' : 'warning', 'X-024', at, `${words} + data ${gib(data)} = ${gib(now)}, and ${disk.whose} has ${gib(disk.mib)} free.`, fix);
    else if (images + models + later > disk.mib)
      yield found(
        'warning',
        'X-034',
        at,
        `${words} + data after three months ${gib(later)} = ${gib(images + models + later)}, and ${disk.whose} has ${gib(disk.mib)} free.`,
        fix,
      );
  },
};

function roomOf({ server, definition }: LintSubject): { mib: number; whose: string } | null {
  if (server !== null) return server.diskFreeMib === null ? null : { mib: server.diskFreeMib, whose: server.name };
  const gb = definition?.advised?.storage.filter(({ role }) => role !== 'backups').reduce((sum, each) => sum + each.gb, 0) ?? 0;
  // Of disks as they are sold, after the system.
  return gb === 0 ? null : { mib: gb * 953 - 20 * 1024, whose: 'the machine that it is meant for' };
}
