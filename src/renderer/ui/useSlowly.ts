import { useEffect, useRef, useState } from 'react';

/**
 * A value that changes all the while, taken over at most every `everyMs`, so that what is drawn of it is drawn once for many changes. Another
 * `key` is taken at once.
 */
export function useSlowly<T>(value: T, everyMs: number, key: string): T {
  const latest = useRef({ value, key });
  latest.current = { value, key };
  const [shown, setShown] = useState(latest.current);
  useEffect(() => {
    const timer = setInterval(() => setShown((before) => (before.value === latest.current.value ? before : latest.current)), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return shown.key === key ? shown.value : value;
}
