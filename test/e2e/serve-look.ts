import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, preview } from 'vite';
import { tempDataDir } from '../lab/temp-data-dir.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const input = fileURLToPath(new URL('look.html', import.meta.url));

/** The interface with invented data (fake-door.ts), built and served. */
export async function serveLook(): Promise<AsyncDisposable & { readonly url: string }> {
  const dir = await tempDataDir();
  const config = { root, configFile: false as const, plugins: [react()], logLevel: 'error' as const };
  await build({ ...config, build: { outDir: dir.path, emptyOutDir: true, rolldownOptions: { input } } });
  const server = await preview({
    ...config,
    build: { outDir: dir.path },
    preview: { port: 0, host: '127.0.0.1' },
  });
  const address = server.httpServer.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}/test/e2e/look.html`,
    async [Symbol.asyncDispose]() {
      await server.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}
