import { formatExact } from '../format.ts';
import { endValue } from './ChartLegend.tsx';
import { chartText } from './chartText.ts';
import { type ChartTheme, lineColour } from './chartTheme.ts';
import type { ChartLine, ChartRange, ChartUnit } from './chartTypes.ts';

interface ImageParts {
  title: string;
  lines: readonly ChartLine[];
  unit: ChartUnit;
  range: ChartRange;
  theme: ChartTheme;
}

const face = '"Inter Variable", system-ui, sans-serif';

/** A picture of a chart as it is shown, with its title, its time and what its lines are, as PNG. */
export async function chartImage(plot: HTMLCanvasElement, { title, lines, unit, range, theme }: ImageParts): Promise<Blob> {
  const ratio = devicePixelRatio;
  const width = plot.width / ratio;
  const height = plot.height / ratio;
  const columns = Math.max(1, Math.floor(width / 210));
  const legendHeight = Math.ceil(lines.length / columns) * 18 + 10;
  const canvas = document.createElement('canvas');
  canvas.width = plot.width + 32 * ratio;
  canvas.height = Math.round((height + 52 + legendHeight + 12) * ratio);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas to draw on');
  context.fillStyle = theme.bg;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(ratio, ratio);
  context.textBaseline = 'middle';
  context.fillStyle = theme.text;
  context.font = `600 14px ${face}`;
  context.fillText(title, 16, 20);
  context.fillStyle = theme.muted;
  context.font = `11px ${face}`;
  context.fillText(`${formatExact(range.fromMs)} – ${formatExact(range.toMs)}`, 16, 38);
  context.drawImage(plot, 16, 52, width, height);
  lines.forEach((line, index) => {
    const x = 16 + (index % columns) * ((width - 8) / columns);
    const y = 52 + height + 14 + Math.floor(index / columns) * 18;
    context.fillStyle = lineColour(theme, line.hue);
    context.fillRect(x, y - 1, 12, 2.4);
    context.fillStyle = theme.muted;
    context.fillText(`${line.label}  ${chartText(endValue(line, range.toMs).value, unit)}`, x + 18, y, (width - 8) / columns - 24);
  });
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('the picture could not be made');
  return blob;
}

/** Hands a file to the person. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
