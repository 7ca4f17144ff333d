import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { cx } from './cx.ts';

interface DialogProps {
  open: boolean;
  onClose(): void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  width?: 'narrow' | 'normal' | 'wide';
  /** Whether the focus goes back to where it was when this closes; absent: it does. */
  returnsFocus?: () => boolean;
  /** Submits with Enter from any single-line field. */
  onSubmit?: () => void;
}

const widths = { narrow: 'w-[440px]', normal: 'w-[560px]', wide: 'w-[860px]' };

/** A question or a form above the page. Escape and the scrim close it; focus goes in and comes back. */
export function Dialog({ open, onClose, title, description, children, footer, width = 'normal', returnsFocus, onSubmit }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  // A field that asked for the focus keeps it; else the dialog itself has it, so that no button is pressed by a stray key.
  const initialFocus = () => (popup.current?.contains(document.activeElement) ? false : popup.current);
  const body = (
    <>
      <header className="flex items-start gap-3 px-4 pt-3.5 pb-2">
        <div className="min-w-0 flex-1">
          <Base.Title className="text-lg font-semibold tracking-[-0.01em]">{title}</Base.Title>
          {description && <Base.Description className="mt-0.5 text-muted">{description}</Base.Description>}
        </div>
        <Base.Close aria-label="Close" className="-mt-0.5 -mr-1 flex size-7 items-center justify-center rounded text-muted hover:bg-raised hover:text-text">
          <X aria-hidden size={15} />
        </Base.Close>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-2">{children}</div>
      {footer && <footer className="flex items-center justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>}
    </>
  );
  const shape = 'flex max-h-full min-h-0 flex-col';
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-120 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Viewport className="fixed inset-0 z-40 flex items-start justify-center overflow-hidden p-6 pt-[9vh]">
          <Base.Popup
            ref={popup}
            initialFocus={initialFocus}
            finalFocus={() => returnsFocus?.() ?? true}
            className={cx('appear flex max-h-full max-w-full flex-col rounded bg-float shadow-float focus-visible:outline-none', widths[width])}
          >
            {onSubmit ? (
              <form
                className={shape}
                onSubmit={(event) => {
                  event.preventDefault();
                  // A dialog over this one is its child to React: submitting that one is not submitting this one again.
                  event.stopPropagation();
                  onSubmit();
                }}
              >
                {body}
              </form>
            ) : (
              <div className={shape}>{body}</div>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
