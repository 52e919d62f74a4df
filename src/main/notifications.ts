import { Notification } from 'electron';

/** One that nobody holds is collected, and then its click does nothing. */
const shown = new Set<Notification>();

/** Of the operating system, where it has them. */
export function notify(title: string, body: string, onClick: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ title, body });
  shown.add(notification);
  const forget = (): void => void shown.delete(notification);
  notification.on('click', () => {
    forget();
    onClick();
  });
  notification.on('close', forget);
  notification.on('failed', forget);
  notification.show();
}
