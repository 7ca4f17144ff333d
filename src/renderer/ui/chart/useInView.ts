import { type RefObject, useEffect, useState } from 'react';

/** Whether an element is in view or nearly so; what is not need not be drawn. */
export function useInView(element: RefObject<HTMLElement | null>): boolean {
  const [isIn, setIsIn] = useState(false);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new IntersectionObserver((entries) => setIsIn(entries.at(-1)?.isIntersecting ?? false), { rootMargin: '120px 0px' });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isIn;
}
