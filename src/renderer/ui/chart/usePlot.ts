import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPlot, type Plot, type PlotData, type PlotSetup } from './chartPlot.ts';
import { drawNoMore, drawSoon } from './drawQueue.ts';

/** The width of an element in px, as it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return;
    const observed = element.current;
    const measure = () => setWidth(observed.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** Keeps a plot in an element while it is in view, and ends it with the component. What it reports goes to the latest `setup`. */
export function usePlot(element: RefObject<HTMLElement | null>, setup: PlotSetup, data: PlotData, view: { width: number; height: number; isDrawn: boolean }) {
  const plot = useRef<Plot | null>(null);
  const latest = useRef(setup);
  latest.current = setup;
  const shown = useRef<PlotData | null>(null);
  const { unit, span, theme, stepped, syncKey, thresholds } = setup;
  const wanted = thresholds.map(({ value, tone }) => `${value}${tone}`).join();
  const canDraw = view.isDrawn && view.width > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another plot only where what it is made of changed; its size follows below.
  useEffect(() => {
    if (element.current === null || !canDraw) return;
    const made = createPlot(
      element.current,
      {
        ...latest.current,
        onCursor: (atMs, values) => latest.current.onCursor(atMs, values),
        onZoom: (range) => latest.current.onZoom(range),
        onReset: () => latest.current.onReset(),
      },
      { width: view.width, height: view.height },
    );
    plot.current = made;
    shown.current = null;
    return () => {
      drawNoMore(made);
      made.destroy();
      plot.current = null;
    };
  }, [element, unit, span, theme, stepped, syncKey, wanted, canDraw]);
  useEffect(() => {
    if (plot.current === null || shown.current === data) return;
    shown.current = data;
    const drawn = plot.current;
    drawSoon(drawn, () => drawn.update(data));
  });
  useEffect(() => {
    if (view.width > 0) plot.current?.resize(view.width, view.height);
  }, [view.width, view.height]);
  return plot;
}
