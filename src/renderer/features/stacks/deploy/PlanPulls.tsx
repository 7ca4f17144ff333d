import type { DeployPlan, PlannedImage } from '../../../../shared/contract/stackPlans.ts';
import { formatBytes } from '../../../ui/format.ts';
import { Meter } from '../../../ui/Meter.tsx';
import { PlainTable } from '../../../ui/PlainTable.tsx';
import { StateMark, type Tone } from '../../../ui/StateMark.tsx';

const states: Record<PlannedImage['state'], { word: string; tone: Tone }> = {
  present: { word: 'on the server', tone: 'good' },
  missing: { word: 'to pull', tone: 'info' },
  moved: { word: 'moved in the registry', tone: 'warn' },
  unknown: { word: 'not known', tone: 'unknown' },
};

/** How many of these images are pulled or not known. */
export function pullsShown(pulls: NonNullable<DeployPlan['pulls']>): PlannedImage[] {
  return pulls.images.filter(({ state }) => state !== 'present');
}

/** What is pulled before anything stops, and whether the disk has room for it. */
export function PlanPulls({ pulls }: { pulls: NonNullable<DeployPlan['pulls']> }) {
  const shown = pullsShown(pulls);
  const { neededBytes, freeBytes } = pulls;
  return (
    <>
      {shown.length > 0 && (
        <PlainTable
          label="Images to pull"
          rows={shown}
          rowKey={(image) => image.reference}
          columns={[
            {
              ...{ id: 'image', title: 'Image' },
              cell: (image) => (
                <code className="block truncate font-mono text-sm" title={image.reference}>
                  {image.reference}
                </code>
              ),
            },
            { id: 'services', title: 'For', width: '22%', cell: (image) => <span className="block truncate text-muted">{image.services.join(', ')}</span> },
            {
              ...{ id: 'state', title: 'State', width: '176px' },
              cell: (image) => (
                <StateMark tone={states[image.state].tone} title={image.why ?? undefined}>
                  {states[image.state].word}
                </StateMark>
              ),
            },
            {
              id: 'size',
              title: 'To come',
              width: '84px',
              align: 'end',
              cell: (image) => (image.bytes === null ? <span className="text-faint">—</span> : formatBytes(image.bytes)),
            },
          ]}
        />
      )}
      <p className="flex items-center gap-3 px-2 py-1.5 text-muted">
        {shown.length === 0 ? (
          'Every image is on the server.'
        ) : neededBytes === null || freeBytes === null ? (
          'Whether the disk has room cannot be told.'
        ) : (
          <>
            <span className={pulls.fits === false ? 'text-bad' : ''}>
              Takes {formatBytes(neededBytes)} with unpacking, {formatBytes(freeBytes)} free{pulls.fits === false ? ': it does not fit' : ''}
            </span>
            <Meter
              ratio={freeBytes === 0 ? 1 : neededBytes / freeBytes}
              label="Of the free disk"
              tone={pulls.fits === false ? 'bad' : neededBytes / freeBytes > 0.8 ? 'warn' : 'normal'}
              wide
            />
          </>
        )}
      </p>
    </>
  );
}
