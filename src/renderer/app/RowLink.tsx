import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes } from 'react';

/**
 * A link in a row of a table, hundreds of which come and go while it is scrolled. `to` is the whole address; unlike `Link` it does not know
 * whether it is the one that is open, and loads nothing beforehand.
 */
export function RowLink({ to, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { to: string }) {
  const { history } = useRouter();
  return (
    <a
      {...rest}
      href={history.createHref(to)}
      onClick={(event) => {
        onClick?.(event);
        // The browser opens another tab or window, or saves it, by itself.
        if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        history.push(to);
      }}
    />
  );
}
