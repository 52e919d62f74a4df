import { app, type Session } from 'electron';

/** Camera, position, notifications, serial ports…: no page gets any of it, neither by asking nor by looking whether it might. */
function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
}

/** For every session there is and ever will be. */
export function setupPermissions(): void {
  app.on('session-created', denyPermissions);
}
