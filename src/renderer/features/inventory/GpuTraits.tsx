import type { Facts } from '../../../shared/model/facts.ts';
import { gpuTraits } from '../../../shared/model/factsWords.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { KeyValue } from '../../ui/KeyValue.tsx';

/** What the GPUs of a server have beside model and memory, and by what each is known. */
export function GpuTraits({ devices }: { devices: Facts['gpu']['devices'] }) {
  if (devices.length === 0) return null;
  const names = () => devices.map(({ index, uuid, pciAddress }) => `${index} ${uuid} ${pciAddress ?? ''}`.trim()).join('\n');
  return (
    <div className="pt-2">
      <KeyValue rows={gpuTraits(devices)} />
      <details className="group pt-1.5">
        <summary className="w-fit cursor-default text-sm text-muted transition-colors duration-100 hover:text-text">UUIDs and places on the PCI bus</summary>
        <ul className="pt-1 font-mono text-sm text-muted">
          {devices.map(({ index, uuid, pciAddress }) => (
            <li key={uuid} className="grid grid-cols-[20px_minmax(0,1fr)_150px] gap-3 py-0.5">
              <span className="text-faint">{index}</span>
              <span className="truncate" title={uuid}>
                {uuid}
              </span>
              <span>{pciAddress ?? 'unknown'}</span>
            </li>
          ))}
        </ul>
        <CopyButton text={names} label="Copy" />
      </details>
    </div>
  );
}
