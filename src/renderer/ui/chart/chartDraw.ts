import type uPlot from 'uplot';
import type { ChartTheme } from './chartTheme.ts';
import type { ChartThreshold } from './chartTypes.ts';

/** Thresholds that lie within what a plot shows, each with its place on the canvas. */
function placed(self: uPlot, thresholds: readonly ChartThreshold[]): (ChartThreshold & { y: number })[] {
  const { min, max } = self.scales['y'] ?? {};
  if (min == null || max == null) return [];
  return thresholds
    .filter(({ value }) => value >= min && value <= max)
    .map((threshold) => ({ ...threshold, y: Math.round(self.valToPos(threshold.value, 'y', true)) + 0.5 }));
}

/** Draws lines at values that matter, behind the figures. */
export function drawThresholds(self: uPlot, thresholds: readonly ChartThreshold[], theme: ChartTheme): void {
  const { ctx, bbox } = self;
  ctx.save();
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const { y, tone } of placed(self, thresholds)) {
    ctx.strokeStyle = theme[tone];
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** Writes what the values that matter mean, over the figures and on a ground of its own: a line across words cannot be read. */
export function drawThresholdWords(self: uPlot, thresholds: readonly ChartThreshold[], theme: ChartTheme): void {
  const { ctx, bbox } = self;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${10 * ratio}px "Inter Variable", system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const [index, { y, tone, label }] of placed(self, thresholds).entries()) {
    const [width, height] = [ctx.measureText(label).width + 4 * ratio, 12 * ratio];
    // Two of them may lie near each other: their words stand at either side.
    const left = index % 2 === 0 ? bbox.left + bbox.width - width : bbox.left;
    const top = y < bbox.top + height + ratio ? y + ratio : y - height - ratio;
    ctx.globalAlpha = 0.8;
    ctx.fillStyle = theme.bg;
    ctx.fillRect(left, top, width, height);
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme[tone];
    ctx.fillText(label, left + 2 * ratio, top + height / 2);
  }
  ctx.restore();
}

/** Draws a line at each time at which something happened. */
export function drawMarks(self: uPlot, marks: readonly { atMs: number; colour: string }[]): void {
  const { ctx, bbox } = self;
  const { min, max } = self.scales['x'] ?? {};
  if (min == null || max == null) return;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const { atMs, colour } of marks) {
    if (atMs < min || atMs > max) continue;
    const x = Math.round(self.valToPos(atMs, 'x', true)) + 0.5;
    ctx.globalAlpha = 0.5;
    ctx.strokeStyle = colour;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
