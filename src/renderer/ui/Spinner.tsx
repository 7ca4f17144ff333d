import { LoaderCircle } from 'lucide-react';
import { cx } from './cx.ts';

/** A turning ring for what is going on; it stands still where reduced motion is asked for. */
export function Spinner({ size = 13, className }: { size?: number; className?: string }) {
  return <LoaderCircle aria-hidden size={size} strokeWidth={2} className={cx('spin shrink-0', className)} />;
}
