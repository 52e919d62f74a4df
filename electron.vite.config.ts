import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Everything that runs on Node.js is one build, so that the doors share their chunks instead of each
 * carrying a copy of core. Dependencies stay outside, where npm put them.
 */
export default defineConfig({
  main: {
    // Pictures go into the build, which is moved when it is done. Left alone, electron-vite takes `resources` for public and
    // looks for it where the build was made; `false` means to it that nothing was said.
    publicDir: 'out/no-public-folder',
    build: {
      // The oldest Node.js that the product meets; `using` and the like are lowered to it.
      target: 'node20.18',
      sourcemap: true,
      minify: false,
      reportCompressedSize: false,
      // An optional dependency is one as well: bundled, a native module loses its binary. What every start waits for is bundled
      // nevertheless: one file is read sooner than two hundred.
      externalizeDeps: {
        include: ['keytar', 'node-pty'],
        exclude: ['electron-store', 'json5', 'semver', 'ssh-config', 'tar', 'ws', 'zod'],
      },
      rolldownOptions: {
        input: {
          cli: fromHere('./src/cli/main.ts'),
          main: fromHere('./src/main/main.ts'),
        },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  /** In a sandbox, a preload script is one file without modules. */
  preload: {
    build: {
      target: 'node20.18',
      reportCompressedSize: false,
      rolldownOptions: {
        input: { preload: fromHere('./src/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  /** The page: the same files behind every door. */
  renderer: {
    root: fromHere('./src/renderer'),
    plugins: [react()],
    build: {
      // What Electron's Chromium knows, and browsers of the last years.
      target: 'es2022',
      // light-dark() as it stands; lowered, every colour would be in the file several times
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      sourcemap: false,
      // electron-vite leaves it out: its pages lie on the disk, while ours comes through an SSH tunnel as well
      minify: true,
      reportCompressedSize: false,
      // The page may load fonts and pictures from its own place alone, not from `data:`.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: fromHere('./src/renderer/index.html'),
      },
    },
  },
});
