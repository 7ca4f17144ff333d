import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { connection } from './client.ts';
import type { ConnectionStatus } from './connection.ts';

/** The state of the connection to the core, live. */
export function useConnection(): ConnectionStatus {
  return useSyncExternalStore(connection.subscribe, connection.status);
}

/** Lets queries pause while the core cannot be reached, and refetch once it can; wakes the connection when the page does. */
export function bindConnectionToQueries(): void {
  onlineManager.setEventListener((setOnline) => {
    const tell = () => setOnline(connection.status().state !== 'offline');
    tell();
    return connection.subscribe(tell);
  });
  window.addEventListener('online', () => connection.retryNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connection.retryNow();
  });
}
