import { useMemo } from 'react';
import { useSettings } from '../app/settings.ts';
import type { PaneLook } from './terminalController.ts';

/** How panes look by the settings. */
export function usePaneLook(): PaneLook {
  const { data } = useSettings();
  return useMemo(
    () => ({
      fontSizePx: data?.terminalFontSizePx ?? 12,
      fontFamily: data?.terminalFontFamily ?? '',
      cursor: data?.terminalCursor ?? 'block',
      cursorBlink: data?.terminalCursorBlink ?? false,
      theme: data?.terminalTheme ?? 'app',
      scrollback: data?.terminalScrollback ?? 5_000,
    }),
    [data],
  );
}
