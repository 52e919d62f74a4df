import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { texts } from './text.ts';

/** The usual commands with their usual keys; what is Hardshell's own is in the window and its palette. */
export function setupMenu(): void {
  const isMac = process.platform === 'darwin';
  const appMenu: MenuItemConstructorOptions[] = isMac ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...appMenu,
      { label: texts.file, submenu: [{ role: 'close' }, ...(isMac ? [] : [{ role: 'quit' } as const])] },
      { role: 'editMenu', label: texts.edit },
      {
        label: texts.view,
        submenu: [
          { role: 'reload' },
          { type: 'separator' },
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
          // whoever builds Hardshell looks inside; what is shipped has no inspector to be talked into opening
          ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
        ],
      },
      { role: 'windowMenu', label: texts.window },
    ]),
  );
}
