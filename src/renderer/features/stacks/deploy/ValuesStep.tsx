import type { FleetRow } from '../../../../shared/contract/servers.ts';
import type { StackDefinition } from '../../../../shared/model/stackDefinition.ts';
import { Chip } from '../../../ui/Chip.tsx';
import { count } from '../../../ui/format.ts';
import { Section } from '../../../ui/PageHeader.tsx';
import { RenderedFiles } from '../RenderedFiles.tsx';
import { type DeployDraft, sourceOf } from './deployDraft.ts';
import { ParameterTable, problemWith } from './ParameterTable.tsx';
import { ProfileField } from './ProfileField.tsx';
import { SecretTable } from './SecretTable.tsx';

interface ValuesStepProps {
  stack: StackDefinition;
  draft: DeployDraft;
  targets: readonly FleetRow[];
  /** Values of the releases that run on the targets. */
  running: readonly Readonly<Record<string, string>>[];
  secrets: Readonly<Record<string, string>>;
  onDraft(changes: Partial<DeployDraft>): void;
  onSecret(name: string, value: string | null): void;
}

/** Environments of servers, each once, in a fixed order. */
export function environmentsOf(rows: readonly FleetRow[]): FleetRow['server']['environment'][] {
  return (['development', 'staging', 'production'] as const).filter((name) => rows.some((row) => row.server.environment === name));
}

/** Titles of parameters and names of secrets that keep a deploy from being planned. */
export function missingValues({
  stack,
  draft,
  targets,
  running,
  secrets,
}: Pick<ValuesStepProps, 'stack' | 'draft' | 'targets' | 'running' | 'secrets'>): string[] {
  const environments = environmentsOf(targets);
  const parameters = stack.parameters.filter((parameter) => problemWith(parameter, sourceOf(stack, parameter.name, draft, environments, running)) !== null);
  return [...parameters.map(({ title }) => title), ...Object.entries(secrets).flatMap(([name, value]) => (value === '' ? [name] : []))];
}

/** The first step: parameters, profiles and secrets, each with where its value comes from. */
export function ValuesStep({ stack, draft, targets, running, secrets, onDraft, onSecret }: ValuesStepProps) {
  const environments = environmentsOf(targets);
  const source = (name: string) => sourceOf(stack, name, draft, environments, running);
  const set = (name: string, value: string | null) => {
    const { [name]: _before, ...rest } = draft.values;
    const unchanged =
      value === null || (draft.base === 'definition' && value === sourceOf(stack, name, { ...draft, values: rest }, environments, running).value);
    onDraft({ values: unchanged ? rest : { ...rest, [name]: value } });
  };
  const effective = Object.fromEntries(stack.parameters.map(({ name }) => [name, source(name).value ?? '']));
  const complete = missingValues({ stack, draft, targets, running, secrets: {} }).length === 0;
  return (
    <>
      <Section title="Parameters" aside={environments.length > 0 ? `values for ${environments.join(' and ')}` : 'values before servers are picked'}>
        <div role="toolbar" aria-label="What is not given" className="flex flex-wrap items-center gap-1.5 pb-1.5">
          <span className="mr-1 text-sm text-muted">What is not given is</span>
          <Chip on={draft.base === 'definition'} onClick={() => onDraft({ base: 'definition' })}>
            as the stack says
          </Chip>
          {running.length > 0 && (
            <Chip on={draft.base === 'current'} onClick={() => onDraft({ base: 'current' })}>
              as it runs on {count(running.length, 'server')}
            </Chip>
          )}
        </div>
        {stack.parameters.length === 0 ? (
          <p className="px-2 text-muted">This stack has none.</p>
        ) : (
          <ParameterTable parameters={stack.parameters} sourceOf={source} onChange={set} />
        )}
      </Section>
      {stack.profiles.length > 0 && (
        <Section title="Profiles">
          <ProfileField
            stack={stack}
            chosen={draft.profiles}
            environments={environments}
            parameters={effective}
            onChange={(profiles) => onDraft({ profiles })}
          />
        </Section>
      )}
      {stack.secrets.length > 0 && (
        <Section title="Secrets" aside="what is given here is in no address, and gone with this page">
          <SecretTable secrets={stack.secrets} values={secrets} onChange={onSecret} />
        </Section>
      )}
      <RenderedFiles id={stack.id} parameters={{ ...draft.values }} profiles={draft.profiles} environments={environments} enabled={complete} />
    </>
  );
}
