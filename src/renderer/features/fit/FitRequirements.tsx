import type { Fit, FitRequirement } from '../../../shared/model/fit.ts';
import { Mark, type Tone } from '../../ui/StateMark.tsx';

const tones: Record<FitRequirement['verdict'], Tone> = { meets: 'good', short: 'bad', unknown: 'unknown' };
const words: Record<FitRequirement['verdict'], string> = { meets: 'meets', short: 'short', unknown: 'unknown' };

/** What has to be mended comes before what is not known, and that before what is met. */
const order: Record<FitRequirement['verdict'], number> = { short: 0, unknown: 1, meets: 2 };

/** Every need with what is there; below each that is not met, why and what would mend it. */
export function FitRequirements({ fit }: { fit: Fit }) {
  const level = (requirement: FitRequirement) => (requirement.level === 'advised' ? 1 : 0);
  const sorted = fit.requirements.toSorted((a, b) => level(a) - level(b) || order[a.verdict] - order[b.verdict]);
  return (
    <table className="w-full table-fixed">
      <thead className="sr-only">
        <tr>
          <th>What</th>
          <th>Need</th>
          <th>Have</th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((requirement) => (
          <RequirementRows key={requirement.id} requirement={requirement} />
        ))}
      </tbody>
    </table>
  );
}

function RequirementRows({ requirement }: { requirement: FitRequirement }) {
  const { title, need, have, verdict, level, reason, remedy } = requirement;
  const tone = level === 'advised' && verdict === 'short' ? 'warn' : tones[verdict];
  const line = reason === null ? 'border-b border-hairline' : '';
  return (
    <>
      <tr className={line}>
        <th scope="row" className="w-[34%] py-1 pr-3 pl-1 text-left align-top font-normal">
          <span className="flex items-baseline gap-2">
            <Mark tone={tone} className="relative top-px" />
            <span className="min-w-0">
              {title}
              {level === 'advised' && <span className="text-faint"> · advised</span>}
            </span>
            <span className="sr-only">{words[verdict]}</span>
          </span>
        </th>
        <td className="w-[33%] py-1 pr-3 align-top break-words text-muted">{need}</td>
        <td className={`py-1 pr-1 align-top break-words ${verdict === 'short' && level === 'required' ? 'text-bad' : verdict === 'meets' ? '' : 'text-muted'}`}>
          {have ?? 'not known'}
        </td>
      </tr>
      {reason !== null && (
        <tr className="border-b border-hairline">
          <td colSpan={3} className="pr-1 pb-1.5 pl-[24px] text-sm break-words">
            {reason} {remedy !== null && <span className="text-muted">{remedy}</span>}
          </td>
        </tr>
      )}
    </>
  );
}
