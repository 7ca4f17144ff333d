import { useRouter } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';

/** A text under somebody's hands. `keep` is for when its field is left. */
export interface TypedText {
  typed: string;
  type(text: string): void;
  keep(): void;
}

const asTyped = (typed: string) => typed;

/**
 * A text of the address that people type. It is written `waitMs` after the last key, or at once when its field is left. Whoever went
 * elsewhere meanwhile is not brought back: then nothing is written. `text` is what the address says; when it changes by other means, that
 * is shown. `read`: how the address says what was typed, where that is not the same.
 */
export function useTypedText(text: string, write: (text: string) => void, waitMs = 150, read: (typed: string) => string = asTyped): TypedText {
  const { history } = useRouter();
  const [typed, setTyped] = useState(text);
  const writing = useRef(write);
  const known = useRef(text);
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; text: string; at: string } | null>(null);
  useEffect(() => {
    writing.current = write;
  });

  const forget = useCallback(() => {
    if (waiting.current) clearTimeout(waiting.current.timer);
    waiting.current = null;
  }, []);
  const keep = useCallback(() => {
    const wish = waiting.current;
    forget();
    if (wish === null || read(wish.text) === known.current || history.location.href !== wish.at) return;
    known.current = read(wish.text);
    writing.current(known.current);
  }, [forget, history, read]);
  const type = useCallback(
    (next: string) => {
      setTyped(next);
      forget();
      waiting.current = { timer: setTimeout(keep, waitMs), text: next, at: history.location.href };
    },
    [forget, keep, history, waitMs],
  );
  useEffect(() => {
    // What was written comes back, and more may have been typed since.
    if (text === known.current) return;
    known.current = text;
    forget();
    setTyped(text);
  }, [text, forget]);
  useEffect(() => forget, [forget]);
  return { typed, type, keep };
}
