import { Tooltip } from '@base-ui/react/tooltip';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './app/router.tsx';
import { applyAppearance, rememberedAppearance } from './app/settings.ts';
import { isConnectionError } from './client/clientError.ts';
import { bindConnectionToQueries } from './client/useConnection.ts';
import './ui/styles.css';

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, refetchOnWindowFocus: false, retry: (failures, error) => isConnectionError(error) && failures < 5 },
    mutations: { retry: false },
  },
});

applyAppearance(rememberedAppearance());
bindConnectionToQueries();

// The faces are local files: waiting for them a moment spares the first screen a jump.
const faces = ['400 13px "Inter Variable"', '400 12px "JetBrains Mono Variable"'].map((face) => document.fonts.load(face));
await Promise.race([Promise.all(faces), new Promise((resolve) => setTimeout(resolve, 400))]);

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Tooltip.Provider delay={400}>
          <RouterProvider router={router} />
        </Tooltip.Provider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
