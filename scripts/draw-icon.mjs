// Draws resources/icon.png from resources/icon.svg, in the Chromium of the tests. Icons of other formats are made from the former
// when the app is packed: node scripts/draw-icon.mjs
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { root } from './checkout.mjs';

const size = 512;
const resources = join(root, 'resources');
const systemBrowser = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);

const browser = await chromium.launch({
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  ...(systemBrowser === undefined ? {} : { executablePath: systemBrowser }),
});
try {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const drawing = readFileSync(join(resources, 'icon.svg')).toString('base64');
  await page.setContent(
    `<body style="margin: 0"><img src="data:image/svg+xml;base64,${drawing}" width="${size}" style="display: block">`,
  );
  writeFileSync(join(resources, 'icon.png'), await page.screenshot({ omitBackground: true }));
} finally {
  await browser.close();
}
