import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';
import { Badge } from '../../ui/Badge.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { formatMib } from '../../ui/format.ts';
import { Section } from '../../ui/PageHeader.tsx';
import { PlainTable } from '../../ui/PlainTable.tsx';
import { defaultsOf, fillIn } from './stackNeeds.ts';

const command = (text: string) => (
  <code className="line-clamp-2 font-mono text-xs break-words text-muted" title={text}>
    {text}
  </code>
);

/** What of a stack outlives its containers: models, volumes, and how their data is kept and brought back. */
export function StackDataTab({ stack }: { stack: StackDefinition }) {
  const values = defaultsOf(stack);
  const download = stack.models.reduce((sum, model) => sum + model.downloadMib, 0);
  if (stack.models.length + stack.volumes.length + stack.backups.length === 0)
    return <EmptyState title="It keeps nothing">Its definition names no models, no volumes and no backups.</EmptyState>;
  return (
    <div className="flex flex-col gap-6">
      {stack.models.length > 0 && (
        <Section title="Models" aside={`${formatMib(download)} to download in all`}>
          <PlainTable
            label="Models"
            rows={stack.models}
            rowKey={(model) => model.name}
            columns={[
              {
                ...{ id: 'model', title: 'Model', width: '44%' },
                cell: (model) => (
                  <>
                    <span className="flex items-baseline gap-2">
                      <span className="font-medium">{model.title}</span>
                      {model.gated && <Badge tone="warn">needs a token</Badge>}
                    </span>
                    <code className="block truncate font-mono text-xs text-faint">{fillIn(model.name, values)}</code>
                  </>
                ),
              },
              { id: 'service', title: 'Loaded by', cell: (model) => <span className="text-muted">{model.service}</span> },
              { id: 'size', title: 'Download', width: '96px', align: 'end', cell: (model) => formatMib(model.downloadMib) },
            ]}
          />
        </Section>
      )}
      {stack.volumes.length > 0 && (
        <Section title="Volumes" aside="outlive containers and releases">
          <PlainTable
            label="Volumes"
            rows={stack.volumes}
            rowKey={(volume) => `${volume.service}:${volume.path}`}
            columns={[
              { id: 'holds', title: 'Holds', width: '34%', cell: (volume) => <span className="font-medium">{volume.holds}</span> },
              { id: 'service', title: 'Service', width: '160px', cell: (volume) => <span className="text-muted">{volume.service}</span> },
              { id: 'path', title: 'In its container', cell: (volume) => <code className="font-mono text-sm break-all text-muted">{volume.path}</code> },
            ]}
          />
        </Section>
      )}
      {stack.backups.length > 0 && (
        <Section title="Backup recipes">
          <PlainTable
            label="Backup recipes"
            rows={stack.backups}
            rowKey={(recipe) => `${recipe.service} ${recipe.title}`}
            columns={[
              {
                ...{ id: 'what', title: 'What', width: '30%' },
                cell: (recipe) => (
                  <>
                    <span className="block font-medium">{recipe.title}</span>
                    <span className="text-sm text-faint">{recipe.service}</span>
                  </>
                ),
              },
              { id: 'save', title: 'Saved by', cell: (recipe) => command(recipe.save) },
              { id: 'restore', title: 'Brought back by', cell: (recipe) => command(recipe.restore) },
              {
                id: 'verify',
                title: 'Proved by',
                wide: true,
                cell: (recipe) => (recipe.verify ? command(recipe.verify) : <span className="text-faint">—</span>),
              },
            ]}
          />
        </Section>
      )}
    </div>
  );
}
