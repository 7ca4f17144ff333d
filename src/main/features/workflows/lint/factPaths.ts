import { z } from 'zod';
import { factsSchema } from '../../../../shared/model/facts.ts';

interface Shape {
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  anyOf?: Shape[];
  oneOf?: Shape[];
}

const facts = z.toJSONSchema(factsSchema, { io: 'output', unrepresentable: 'any' }) as Shape;

/** What is wrong with a path into the facts, as conditions use them; null: nothing. Elements of lists have no path. */
export function factPathProblem(path: string): string | null {
  let shapes = [facts];
  const passed: string[] = [];
  for (const key of path.split('.')) {
    const options = shapes.flatMap((shape) => [shape, ...(shape.anyOf ?? []), ...(shape.oneOf ?? [])]);
    const next = options.flatMap(({ properties, additionalProperties }) => {
      const known = properties?.[key];
      if (known !== undefined) return [known];
      return typeof additionalProperties === 'object' ? [additionalProperties] : [];
    });
    if (next.length === 0) {
      const there = [...new Set(options.flatMap(({ properties }) => Object.keys(properties ?? {})))];
      return `facts${passed.map((each) => `.${each}`).join('')} have no ${key}${there.length === 0 ? '' : `; there is: ${there.join(', ')}`}`;
    }
    shapes = next;
    passed.push(key);
  }
  return null;
}
