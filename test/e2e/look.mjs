/*
 * Pictures of every screen with invented data, for looking at them: node test/e2e/look.mjs FOLDER [words of the screens' names, with commas]
 * With --small the pictures have half the size, and there are two of a screen, for keeping: those of test/e2e/shots are made by
 *   node test/e2e/look.mjs test/e2e/shots empty,wizard-check,… --small
 * No picture is a test; the axe findings that it prints are errors of the screens.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import react from '@vitejs/plugin-react';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { instanceScreens } from './look-instance-screens.mjs';
import { keepingScreens } from './look-keeping-screens.mjs';
import { screens } from './look-screens.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [folder = 'out/look', wanted = ''] = process.argv.slice(2).filter((word) => word !== '--small');
const small = process.argv.includes('--small');
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
];

await mkdir(folder, { recursive: true });
const outDir = join(root, 'node_modules/.cache/look');
// built, not served as sources: a page of hundreds of files loads slowly, and breaks where a network of the machine changes
const config = {
  root,
  configFile: /** @type {const} */ (false),
  plugins: [react()],
  logLevel: /** @type {const} */ ('warn'),
};
await build({
  ...config,
  build: { outDir, emptyOutDir: true, minify: false, rolldownOptions: { input: join(root, 'test/e2e/look.html') } },
});
const server = await preview({ ...config, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
const address = server.httpServer.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
let violations = 0;
try {
  for (const screen of [...screens, ...instanceScreens, ...keepingScreens].filter(({ name }) =>
    wanted.split(',').some((word) => name.includes(word)),
  )) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      for (const viewport of sizes) {
        if (small && (colorScheme === 'light') !== (viewport.width === 1440)) continue;
        const context = await browser.newContext({
          viewport,
          colorScheme,
          deviceScaleFactor: small ? 0.5 : 1,
          reducedMotion: 'reduce',
        });
        const page = await context.newPage();
        page.on('pageerror', (error) => console.log(`${screen.name}: ${String(error)}`));
        page.on('console', (line) => {
          // a machine whose networks come and go is not the screen's fault
          if (line.type() === 'error' && !line.text().includes('ERR_NETWORK_CHANGED'))
            console.log(`${screen.name}: ${line.text()}`);
        });
        await page.goto(`http://127.0.0.1:${String(port)}/test/e2e/look.html?${screen.query ?? ''}${screen.hash}`);
        await page.waitForSelector('main');
        try {
          await screen.act?.(page);
        } catch (error) {
          console.log(`${screen.name}: ${String(error).split('\n')[0] ?? ''}`);
        }
        await page.waitForTimeout(400);
        await page.screenshot({ path: join(folder, `${screen.name}-${colorScheme}-${String(viewport.width)}.png`) });
        if (viewport.width === 1440) {
          const { violations: found } = await new AxeBuilder({ page }).analyze();
          for (const { id, help, nodes } of found) {
            violations += 1;
            console.log(
              `${screen.name} ${colorScheme}: ${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 110)).join(' | ')}`,
            );
          }
        }
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
  await server.close();
}
console.log(`${String(violations)} violations found by axe`);
