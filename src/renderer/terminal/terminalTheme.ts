import type { ITheme } from '@xterm/xterm';

/** A colour of the visual language as xterm reads it: `oklch` and `light-dark` are resolved by drawing one pixel. */
function resolve(canvas: CanvasRenderingContext2D, probe: HTMLElement, value: string): string {
  probe.style.color = value;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = getComputedStyle(probe).color;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** The colours of terminals from the tokens of the theme in use. */
export function terminalTheme(): ITheme {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!canvas) return {};
  const probe = document.createElement('span');
  document.body.append(probe);
  const colour = (token: string) => resolve(canvas, probe, `var(--${token})`);
  const theme: ITheme = {
    background: colour('surface'),
    foreground: colour('text'),
    cursor: colour('accent'),
    cursorAccent: colour('surface'),
    selectionBackground: colour('accent-bg'),
    black: colour('raised'),
    red: colour('bad'),
    green: colour('good'),
    yellow: colour('warn'),
    blue: colour('info'),
    magenta: colour('info'),
    cyan: colour('accent'),
    white: colour('muted'),
    brightBlack: colour('faint'),
    brightRed: colour('bad'),
    brightGreen: colour('good'),
    brightYellow: colour('warn'),
    brightBlue: colour('info'),
    brightMagenta: colour('info'),
    brightCyan: colour('accent'),
    brightWhite: colour('text'),
  };
  probe.remove();
  return theme;
}
