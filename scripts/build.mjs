import { buildPackage } from './ensure-build.mjs';
import { ensureInstall } from './ensure-install.mjs';

await ensureInstall();
await buildPackage();
