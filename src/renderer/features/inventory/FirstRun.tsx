import { useQuery } from '@tanstack/react-query';
import { FileInput, FlaskConical, Plus } from 'lucide-react';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';

/** An empty fleet and the three ways on. */
export function FirstRun({ onAdd, onImport }: { onAdd(): void; onImport(): void }) {
  const demo = useQuery(orpc.demo.status.queryOptions({ input: {} }));
  const start = useAction(client.demo.start);
  const available = demo.data?.available ?? false;
  return (
    <div className="flex flex-1 flex-col overflow-y-auto px-4 pt-[8vh]">
      <div className="mx-auto w-full max-w-[640px]">
        <h2 className="text-xl font-semibold tracking-[-0.012em]">No servers yet</h2>
        <p className="mt-1 max-w-[58ch] text-muted">
          Pilothouse needs an SSH login and a POSIX shell on a server, nothing else. Nothing is installed there, and no connection is made before you have
          confirmed the host key.
        </p>
        <ul className="mt-5 border-t border-line">
          <Way
            title="Add a server"
            text="A name, an address and a login. Its host key is shown for you to compare."
            action={
              <Button variant="primary" icon={Plus} onClick={onAdd}>
                Add server
              </Button>
            }
          />
          <Way
            title="Import ~/.ssh/config, or another file"
            text="An OpenSSH configuration, an Ansible inventory, CSV, JSON or YAML; shows each entry and what it cannot honour before anything is added."
            action={
              <Button icon={FileInput} onClick={onImport}>
                Preview import
              </Button>
            }
          />
          <Way
            title="Start the demo fleet"
            text={
              demo.data && !available
                ? `Not possible here: ${demo.data.reason ?? 'unknown reason'}`
                : 'Six stand-in servers on this computer, reached over real SSH, labelled as demo wherever they appear.'
            }
            action={
              <Button icon={FlaskConical} disabled={!available} busy={start.busy} onClick={() => start.run({ servers: 6 })}>
                {start.busy ? 'Starting' : 'Start demo'}
              </Button>
            }
          />
        </ul>
        {start.error && (
          <div className="mt-4">
            <ErrorPanel error={start.error} />
          </div>
        )}
      </div>
    </div>
  );
}

function Way({ title, text, action }: { title: string; text: string; action: React.ReactNode }) {
  return (
    <li className="flex items-center gap-6 border-b border-line py-3.5">
      <div className="min-w-0 flex-1">
        <h3 className="font-semibold">{title}</h3>
        <p className="text-muted">{text}</p>
      </div>
      {action}
    </li>
  );
}
