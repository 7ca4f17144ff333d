import type { Facts, Vitals } from '../../../shared/model/facts.ts';
import { formatMib } from '../../ui/format.ts';
import { Meter } from '../../ui/Meter.tsx';
import { StateMark } from '../../ui/StateMark.tsx';
import { shortGpuName } from './gpuSummary.ts';

/** The GPUs of a server with their live figures; dimmed when those are not current. */
export function GpuList({ facts, vitals, current }: { facts: Facts; vitals: Vitals | null; current: boolean }) {
  if (facts.gpu.state === 'none') return <p className="py-1.5 text-muted">No NVIDIA GPU and no driver.</p>;
  if (facts.gpu.state !== 'ok') {
    return (
      <p className="py-1.5">
        <StateMark tone="bad">{facts.gpu.state === 'hang' ? 'nvidia-smi did not answer in time' : 'nvidia-smi fails'}</StateMark>
        {facts.gpu.detail && <span className="block pl-[18px] text-muted">{facts.gpu.detail}</span>}
      </p>
    );
  }
  return (
    <ul>
      {facts.gpu.devices.map((device) => {
        const live = vitals?.gpus.find((gpu) => gpu.index === device.index);
        const ratio = live?.vramUsedMib != null && live.vramTotalMib ? live.vramUsedMib / live.vramTotalMib : null;
        return (
          <li
            key={device.uuid}
            title={`${device.name}\n${device.uuid}`}
            className={`grid h-8 grid-cols-[20px_minmax(90px,1fr)_64px_200px_64px_64px] items-center gap-3 border-b border-hairline px-1 ${current ? '' : 'text-faint'}`}
          >
            <span className="font-mono text-sm text-faint">{device.index}</span>
            <span className="truncate">{shortGpuName(device.name)}</span>
            <span className="text-right">{live?.utilizationPercent == null ? '—' : `${Math.round(live.utilizationPercent)}%`}</span>
            <span className="flex items-center gap-2">
              <Meter ratio={ratio} label="VRAM" tone={ratio !== null && ratio >= 0.97 ? 'bad' : ratio !== null && ratio >= 0.88 ? 'warn' : 'normal'} />
              <span className="text-sm whitespace-nowrap text-faint">of {formatMib(device.vramMib)}</span>
            </span>
            <span className={`text-right ${(live?.temperatureC ?? 0) >= 78 ? 'text-warn' : ''}`}>
              {live?.temperatureC == null ? '—' : `${Math.round(live.temperatureC)} °C`}
            </span>
            <span className="text-right text-muted">{live?.powerW == null ? '—' : `${Math.round(live.powerW)} W`}</span>
          </li>
        );
      })}
    </ul>
  );
}
