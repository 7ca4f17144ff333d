import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';

interface TooltipProps {
  content: ReactNode;
  /** The element that is described; it must take a ref and props. */
  children: ReactElement;
  side?: 'top' | 'bottom' | 'left' | 'right';
}

/** A few words about an element, on hover and on focus. */
export function Tooltip({ content, children, side = 'bottom' }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={6} className="z-50">
          <Base.Popup className="appear max-w-80 rounded bg-float px-2 py-1 text-sm text-text shadow-float">{content}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
