import { registerAppScheme } from './app-scheme.ts';
import { setupNavigationGuard } from './navigation-guard.ts';
import { setupPermissions } from './permissions.ts';

/*
 * Door 1: this process becomes the desktop app. Here is only what Electron takes before it is ready, so that reading the rest
 * of the program from the disk cannot come too late for it.
 */

registerAppScheme();
setupPermissions();
setupNavigationGuard();
const { start } = await import('./start.ts');
// Not awaited: Electron is not ready before this file has come to its end.
void start();
