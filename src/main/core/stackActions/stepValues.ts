import { AppError } from '../../../shared/errors.ts';
import type { InputValues } from '../../../shared/model/inputDefinition.ts';

type Values = Readonly<Record<string, string>>;

/** Values of the stack's parameters: what is called `parameter.NAME` in a step's `with`. An empty one stands for what is kept or the default. */
export function parametersOf(values: Values): InputValues {
  return prefixed(values, 'parameter.');
}

/** Names of stored secrets by name of the stack's secret: what is called `secret.NAME`. */
export function secretNamesOf(values: Values): Record<string, string> {
  return prefixed(values, 'secret.');
}

/** A list with commas; undefined where it is not given or empty. */
export function listOf(values: Values, name: string): string[] | undefined {
  const list = (values[name] ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return list.length === 0 ? undefined : list;
}

/** A whole number of at least 0; undefined where it is not given. Throws `stack.parameter-invalid`. */
export function numberOf(values: Values, name: string): number | undefined {
  const text = (values[name] ?? '').trim();
  if (text === '') return undefined;
  if (!/^[0-9]{1,9}$/.test(text)) throw new AppError('stack.parameter-invalid', { name, problem: `${text} is no whole number` });
  return Number(text);
}

/** A text; undefined where it is not given or empty. */
export function textOf(values: Values, name: string): string | undefined {
  const text = (values[name] ?? '').trim();
  return text === '' ? undefined : text;
}

function prefixed(values: Values, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (name.startsWith(prefix) && value !== '' ? [[name.slice(prefix.length), value] as const] : [])),
  );
}
