import { lazy, Suspense } from 'react';
import type { Server } from '../../../shared/model/server.ts';

const EditServerDialog = lazy(() => import('./EditServerDialog.tsx').then((module) => ({ default: module.EditServerDialog })));
const RemoveServerDialog = lazy(() => import('./RemoveServerDialog.tsx').then((module) => ({ default: module.RemoveServerDialog })));
const LoginDialog = lazy(() => import('../access/LoginDialog.tsx').then((module) => ({ default: module.LoginDialog })));
const TrustDialog = lazy(() => import('./TrustDialog.tsx').then((module) => ({ default: module.TrustDialog })));

/** The dialogs that a server's page opens by its address. */
export type ServerDialog = 'edit' | 'remove' | 'trust' | 'login';

interface ServerDialogsProps {
  dialog: ServerDialog | undefined;
  server: Server;
  onClose(): void;
  onRemoved(): void;
  onSaved(server: Server, isTrusted: boolean): void;
}

/** The dialog that is open over a server's page, if any. */
export function ServerDialogs({ dialog, server, onClose, onRemoved, onSaved }: ServerDialogsProps) {
  return (
    <Suspense>
      {dialog === 'edit' && <EditServerDialog name={server.name} onClose={onClose} onSaved={onSaved} />}
      {dialog === 'remove' && <RemoveServerDialog server={server} onClose={onClose} onRemoved={onRemoved} />}
      {dialog === 'login' && <LoginDialog name={server.name} onClose={onClose} onConnected={onClose} />}
      {dialog === 'trust' && <TrustDialog name={server.name} onClose={onClose} />}
    </Suspense>
  );
}
