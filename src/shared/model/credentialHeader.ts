const names = /(^|[-_])(authorization|auth|cookie|api[-_]?key|access[-_]?key|token|secret|password)$/i;
const schemes = /^(basic|bearer|digest|token)\s+\S/i;
/** Stands for a secret of a stack: the value itself is nowhere. */
const reference = /\$[A-Z][A-Z0-9_]*/;

/** Whether a header with this value would keep in plain what lets somebody in: by its name, or by how its value begins. */
export function isPlainCredential(name: string, value: string): boolean {
  return value !== '' && (names.test(name) || schemes.test(value)) && !reference.test(value);
}
