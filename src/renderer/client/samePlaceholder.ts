/**
 * What a query shows until its answer is there: the last answer to the same question about the same object, never about another one.
 * The object is the second part of the query's key.
 */
export function samePlaceholder<T>(object: string) {
  return (previous: T | undefined, query: { queryKey: readonly unknown[] } | undefined): T | undefined =>
    query?.queryKey[1] === object ? previous : undefined;
}
