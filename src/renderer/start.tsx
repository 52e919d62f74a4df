import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shared.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import type { Transport } from './client/transport.ts';
import { createClient } from './client.ts';
import { ClientContext, keepLive } from './live.ts';
import { applyTheme, readTheme } from './theme.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';

export function startApp(transport: Transport): void {
  applyTheme(readTheme());
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no element #root.');
  const client = createClient(transport);
  keepLive(client);
  createRoot(root).render(
    <StrictMode>
      <ClientContext value={client}>
        <ErrorBoundary at="">
          <App />
        </ErrorBoundary>
      </ClientContext>
    </StrictMode>,
  );
}
