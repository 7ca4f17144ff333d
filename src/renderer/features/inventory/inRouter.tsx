import { createMemoryHistory, createRootRoute, createRouter, RouterProvider, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { render } from 'vitest-browser-react';

/** Renders a dialog with an address to leave for, in a test; `leave` goes there, as closing a dialog does. */
export async function renderInRouter(content: (leave: () => void) => ReactNode): Promise<{ path(): string }> {
  function Page() {
    const navigate = useNavigate();
    return content(() => void navigate({ to: '/', search: { closed: true } as never }));
  }
  const router = createRouter({ routeTree: createRootRoute({ component: Page }), history: createMemoryHistory({ initialEntries: ['/?open=true'] }) });
  await render(<RouterProvider router={router as never} />);
  return { path: () => router.state.location.href };
}
