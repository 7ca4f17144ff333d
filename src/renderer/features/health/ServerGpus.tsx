import type { Facts } from '../../../shared/model/facts.ts';
import type { GpuProcessView } from '../../../shared/model/serverHealth.ts';
import { throttleReasonsIn, throttleWords } from '../../../shared/model/throttleReasons.ts';
import { cx } from '../../ui/cx.ts';
import { count, formatBytes } from '../../ui/format.ts';
import { Meter } from '../../ui/Meter.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { shortGpuName } from '../inventory/gpuSummary.ts';
import { figure, type ServerFigures, subjectsOfKind } from './serverFigures.ts';

const round = (value: number | null, unit: string) => (value === null ? '—' : `${Math.round(value)}${unit}`);

/** Why a GPU's clock is held down, but for what is as it should be: nothing to do, clocks that somebody set. */
function slowedWords(mask: number | null): string {
  if (mask === null) return '';
  const reasons = throttleReasonsIn(mask).filter((reason) => reason !== 'idle' && reason !== 'setting' && reason !== 'display' && reason !== 'syncBoost');
  return reasons.length === 0 ? '' : throttleWords(mask);
}

/** What is amiss or worth knowing of a GPU, in words; empty: nothing. */
function remarks(figures: ServerFigures, subject: string): { words: string; isBad: boolean }[] {
  const of = (metric: string) => figure(figures, metric, subject);
  const found: { words: string; isBad: boolean }[] = [];
  const slowed = slowedWords(of('gpuThrottleReasons'));
  if (slowed !== '') found.push({ words: `slowed down by ${slowed}`, isBad: (of('gpuThrottledByHeat') ?? 0) > 0 || (of('gpuThrottledByHardware') ?? 0) > 0 });
  const errors = of('eccUncorrectedErrors') ?? 0;
  if (errors > 0) found.push({ words: `${count(errors, 'memory error')} not corrected`, isBad: true });
  if ((of('xidErrorsRecent') ?? 0) > 0) found.push({ words: `Xid ${of('xidLastCode') ?? ''} in 10 min`, isBad: true });
  const instances = of('gpuMigInstanceCount');
  if ((of('gpuMigEnabled') ?? 0) > 0) found.push({ words: `divided, ${count(instances ?? 0, 'instance')}`, isBad: false });
  return found;
}

/** Processes of a GPU that are listed. */
const mostProcesses = 6;

/** Who computes on a GPU: the program, its container, its memory. */
function Processes({ processes, count: all }: { processes: readonly GpuProcessView[]; count: number }) {
  const left = Math.max(all, processes.length) - Math.min(mostProcesses, processes.length);
  if (processes.length === 0) return null;
  return (
    <ul aria-label="Processes" className="pt-0.5 pl-9 text-sm text-muted">
      {processes.slice(0, mostProcesses).map(({ pid, name, container, instance, vramBytes }) => (
        <li key={pid} className="grid grid-cols-[64px_minmax(60px,1fr)_minmax(60px,1fr)_82px] gap-2.5 pr-1">
          <span className="font-mono text-faint">{pid}</span>
          <span className="truncate" title={name ?? 'This login may not see the names of processes of others'}>
            {name ?? 'of another user'}
          </span>
          <span className="truncate" title={container ?? undefined}>
            {[container, instance].filter(Boolean).join(', ')}
          </span>
          <span className="text-right">{vramBytes === null ? '—' : formatBytes(vramBytes)}</span>
        </li>
      ))}
      {left > 0 && <li className="text-faint">and {left} more</li>}
    </ul>
  );
}

/** The GPUs of a server, live: use, memory, heat, power, processes, and in words why one is slow. Instances of a divided GPU stand below it. */
export function ServerGpus({ devices, figures, isCurrent }: { devices: Facts['gpu']['devices']; figures: ServerFigures; isCurrent: boolean }) {
  const subjects = subjectsOfKind(figures, 'gpu');
  return (
    <ul aria-label="GPUs">
      {devices.map((device) => {
        const subject = `gpu:${device.uuid}`;
        const of = (metric: string) => figure(figures, metric, subject);
        const used = of('gpuUsedRatio');
        const total = of('vramTotalBytes');
        const ratio = of('vramUsedRatio');
        const heat = of('gpuTemperatureCelsius');
        const cap = of('gpuPowerLimitWatts');
        const processes = of('gpuProcessCount');
        const instances = subjects.filter((each) => each !== subject && each.startsWith(subject));
        return (
          <li key={device.uuid} title={`${device.name}\n${device.uuid}`} className={cx('border-b border-hairline py-1.5', !isCurrent && 'text-faint')}>
            <div className="grid grid-cols-[16px_minmax(70px,1fr)_44px_152px_50px_82px_82px] items-center gap-2.5 px-1">
              <span className="font-mono text-sm text-faint">{device.index}</span>
              <span className="truncate">{shortGpuName(device.name)}</span>
              <span className="text-right">{used === null ? '—' : `${Math.round(used * 100)}%`}</span>
              <span className="flex items-center gap-2">
                <Meter ratio={ratio} label="VRAM" tone={ratio !== null && ratio >= 0.97 ? 'bad' : 'normal'} />
                <span className="text-sm whitespace-nowrap text-faint">{total === null ? '' : `of ${formatBytes(total)}`}</span>
              </span>
              <span className={cx('text-right', (heat ?? 0) >= 88 ? 'text-bad' : (heat ?? 0) >= 78 && 'text-warn')}>{round(heat, ' °C')}</span>
              <span className="text-right whitespace-nowrap text-muted">
                {cap === null ? round(of('gpuPowerWatts'), ' W') : `${round(of('gpuPowerWatts'), '')} of ${Math.round(cap)} W`}
              </span>
              <span className="text-right whitespace-nowrap text-muted">{processes === null ? '' : count(processes, 'process', 'processes')}</span>
            </div>
            {remarks(figures, subject).map(({ words, isBad }) => (
              <p key={words} className="pt-0.5 pl-9 text-sm">
                <StateMark tone={isBad ? 'warn' : 'info'}>{words}</StateMark>
              </p>
            ))}
            <Processes processes={figures.gpuProcesses.filter(({ gpu }) => gpu === device.uuid)} count={processes ?? 0} />
            {instances.map((instance) => (
              <p key={instance} className="flex items-center gap-3 pt-0.5 pl-9 text-sm text-muted">
                <span className="font-mono">{instance.slice(subject.length).replace(/^[/:]/, '')}</span>
                <Meter ratio={figure(figures, 'vramUsedRatio', instance)} label="VRAM" />
              </p>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
