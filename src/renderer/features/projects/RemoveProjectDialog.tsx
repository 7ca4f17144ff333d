import type { Project } from '../../../shared/contract/projects.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { count } from '../../ui/format.ts';

/** Forgets a project on this computer; where it is still deployed that is said, and has to be meant. */
export function RemoveProjectDialog({ project, onClose, onRemoved }: { project: Project; onClose(): void; onRemoved(): void }) {
  const remove = useAction(client.projects.remove, onRemoved);
  const deployed = remove.error?.code === 'stack.deployed';
  return (
    <Dialog
      open
      onClose={onClose}
      width="narrow"
      title={`Remove ${project.id}?`}
      onSubmit={() => void remove.run({ id: project.id, force: deployed })}
      footer={
        <>
          <Button onClick={onClose}>Leave as it is</Button>
          <Button type="submit" variant="danger" busy={remove.busy}>
            {deployed ? 'Remove all the same' : 'Remove'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-1">
        <p>
          {project.id} is forgotten on this computer, with {count(project.secrets.length, 'sealed secret')}. Where it was taken from stays as it is, and so do
          its releases on servers.
        </p>
        {remove.error && <ErrorPanel error={remove.error} />}
      </div>
    </Dialog>
  );
}
