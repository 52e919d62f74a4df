export { openBrowserDoor } from './browser-door.ts';
export type { BrowserDoor, BrowserDoorOptions } from './browser-door.ts';
