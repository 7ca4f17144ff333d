import { Dialog } from '../ui/Dialog.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { shortcuts } from './useShortcuts.ts';

/** Every key there is. */
export function ShortcutList({ onClose }: { onClose(): void }) {
  const groups = [...Map.groupBy(shortcuts, (shortcut) => shortcut.group)];
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts" width="normal">
      <div className="grid grid-cols-2 gap-x-10 gap-y-4 pb-3">
        {groups.map(([group, entries]) => (
          <section key={group}>
            <h2 className="mb-1 text-sm font-semibold text-muted">{group}</h2>
            <dl>
              {entries.map((entry) => (
                <div key={entry.keys} className="flex h-7 items-center justify-between gap-4 border-b border-hairline">
                  <dt>{entry.does}</dt>
                  <dd className="flex gap-1">
                    {entry.keys.split(' ').map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
