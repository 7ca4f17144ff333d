import type { Facts } from '../../../shared/model/facts.ts';
import { diskWords, machineWords, memoryWords, networkWords, processorWords, raidWords } from '../../../shared/model/factsWords.ts';
import { KeyValue } from '../../ui/KeyValue.tsx';
import { StateMark } from '../../ui/StateMark.tsx';

const unknown = <span className="text-faint">unknown</span>;
/** Disks are sold in decimal units. */
const sold = (bytes: number) => (bytes >= 1e12 ? `${Number((bytes / 1e12).toFixed(2))} TB` : `${Math.round(bytes / 1e9)} GB`);

/** What a server is made of. */
export function HardwareFacts({ facts }: { facts: Facts }) {
  return (
    <KeyValue
      className="pt-1"
      rows={[
        ['Machine', machineWords(facts) ?? unknown],
        ['Processor', processorWords(facts)],
        ['Memory', memoryWords(facts)],
        [
          'Disks',
          facts.disks.length === 0 ? (
            unknown
          ) : (
            <ul key="disks">
              {facts.disks.map((disk) => (
                <li key={disk.name} className="flex gap-3">
                  <span className="min-w-0 break-words">{diskWords(disk)}</span>
                  <span className="ml-auto whitespace-nowrap text-muted">{sold(disk.sizeBytes)}</span>
                </li>
              ))}
            </ul>
          ),
        ],
        facts.raid.length === 0
          ? null
          : [
              'RAID',
              <ul key="raid">
                {facts.raid.map((raid) => (
                  <li key={raid.name}>
                    <StateMark tone={raid.state === 'clean' ? 'good' : raid.state === 'rebuilding' ? 'warn' : 'bad'} title={raidWords(raid)}>
                      {raidWords(raid)}
                    </StateMark>
                  </li>
                ))}
              </ul>,
            ],
        ['Network', facts.interfaces.length === 0 ? unknown : facts.interfaces.map(networkWords).join(', ')],
      ]}
    />
  );
}
