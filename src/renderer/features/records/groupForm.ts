import { type Group, type GroupKind, groupKinds, type MemberPart } from '../../../shared/model/group.ts';
import { labelSchema } from '../../../shared/model/server.ts';

/** A group as it is being typed. */
export interface GroupForm {
  name: string;
  kind: GroupKind;
  entrance: string;
  notes: string;
  /** By the name of the server. */
  parts: Record<string, { part: MemberPart | ''; weight: string }>;
  /** Selector of servers to be put in. */
  add: string;
  /** Servers to be taken out. */
  drop: readonly string[];
}

/** The form of a group; null: of a new one. */
export function groupFormOf(group: Group | null): GroupForm {
  return {
    name: group?.name ?? '',
    kind: group?.kind ?? 'pool',
    entrance: group?.entrance ?? '',
    notes: group?.notes ?? '',
    parts: Object.fromEntries(
      (group?.members ?? []).map(({ name, part, weight }) => [name, { part: part ?? '', weight: weight === null ? '' : String(weight) }]),
    ),
    add: '',
    drop: [],
  };
}

/** What is wrong with a form, by field. */
export function groupProblems(form: GroupForm, others: readonly string[]): { name?: string; weight?: string } {
  const name = form.name.trim();
  const wrong = Object.values(form.parts).some(({ weight }) => weight !== '' && !(/^\d{1,4}$/.test(weight) && Number(weight) <= 1000));
  return {
    ...(!labelSchema.safeParse(name).success ? { name: name === '' ? 'Needed' : 'Letters, digits, ".", "_" and "-", starting with a letter or digit' } : {}),
    ...(others.includes(name) ? { name: 'Another group has this name' } : {}),
    ...(form.kind === 'pool' && wrong ? { weight: 'Weights are 0 to 1000' } : {}),
  };
}

/** What a form changes of a group, as it is sent; null where it changes nothing. */
export function groupChanges(before: Group | null, form: GroupForm) {
  const text = (value: string) => value.trim() || null;
  const name = form.name.trim();
  const present = groupFormOf(before);
  const said = { kind: form.kind, entrance: text(form.entrance), notes: text(form.notes) };
  const was = { kind: before?.kind, entrance: before?.entrance ?? null, notes: before?.notes ?? null };
  const fields = Object.fromEntries(Object.entries(said).filter(([key, value]) => value !== was[key as keyof typeof was]));
  const parts = Object.entries(form.parts).flatMap(([server, { part, weight }]) => {
    const former = present.parts[server];
    if (form.drop.includes(server) || (former?.part === part && former.weight === weight)) return [];
    const fits = part !== '' && groupKinds[form.kind].parts.includes(part);
    return [{ server, part: fits ? part : null, weight: form.kind === 'pool' && weight !== '' ? Number(weight) : null }];
  });
  const changes = {
    ...fields,
    ...(before !== null && name !== before.name ? { rename: name } : {}),
    parts,
    ...(form.add.trim() === '' ? {} : { addServers: form.add.trim() }),
    ...(form.drop.length === 0 ? {} : { removeServers: form.drop.join(',') }),
  };
  const isSame = before !== null && Object.keys(changes).length === 1 && parts.length === 0;
  return isSame ? null : { name: before?.name ?? name, ...changes };
}
