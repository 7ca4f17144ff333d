import { AppError } from '../../../../shared/errors.ts';

/** How a value is written into a file, so that it stays one value whatever is in it. */
export type TemplateStyle = 'compose' | 'quoted' | 'plain';

/** What a template may name. */
export interface TemplateScope {
  /** File that the template is in, for the error. */
  source: string;
  values: Readonly<Record<string, string>>;
  /** Secrets that stay as they are, for Compose to fill in on the server. */
  secrets: readonly string[];
}

const placeholder = /\$\$|\$\{([^}]*)\}?|\$/g;

/**
 * Replaces `${name}` of every parameter. `$$` and a `$` that begins no placeholder stay. In `compose` style a `$` of a value is
 * doubled, so that Compose does not read it as a variable; in `quoted` style a value is escaped for a string in double quotes, as
 * TOML and JSON have it. Throws `stack.definition-invalid` for a name that is neither a parameter nor a secret allowed here.
 */
export function fillTemplate(text: string, scope: TemplateScope, style: TemplateStyle): string {
  return text.replaceAll(placeholder, (whole: string, name: string | undefined, at: number) => {
    if (name === undefined) return whole;
    const value = whole.endsWith('}') && Object.hasOwn(scope.values, name) ? scope.values[name] : undefined;
    if (value !== undefined) return write(value, style);
    if (scope.secrets.includes(name) && whole.endsWith('}')) return whole;
    const line = text.slice(0, at).split('\n').length;
    throw new AppError('stack.definition-invalid', {
      source: scope.source,
      issues: [`line ${line}: ${whole.slice(0, 60)} names no parameter${scope.secrets.length > 0 ? ' and no secret' : ''}`],
    });
  });
}

function write(value: string, style: TemplateStyle): string {
  switch (style) {
    case 'compose':
      return value.replaceAll('$', '$$$$');
    case 'quoted':
      return JSON.stringify(value).slice(1, -1);
    case 'plain':
      return value;
  }
}
