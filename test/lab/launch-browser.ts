import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright';

const systemBrowser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** The computer's own Chromium where it has one. */
export function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    args: [...args, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    ...(systemBrowser === undefined ? {} : { executablePath: systemBrowser }),
  });
}
