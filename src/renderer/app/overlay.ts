/** What stands above the page: the palette, the list of shortcuts, or nothing. */
export type Overlay = 'palette' | 'shortcuts' | null;
