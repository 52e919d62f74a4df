/** Every sentence that the desktop shell itself says: what is in the window belongs to the interface. */
export const texts = {
  product: 'Hardshell',
  calmTitle: 'The gateway is out of reach for the moment',
  calmText: 'Its dashboard comes back here by itself as soon as the gateway answers again.',
  open: 'Open Hardshell',
  quit: 'Quit Hardshell',
  file: 'File',
  edit: 'Edit',
  view: 'View',
  window: 'Window',
  watchAlone: 'Watch while no window is open',
  failedAtEnd: 'Something went wrong while the program ended.',
  linkNotOpened: 'This computer opened no browser for the link.',
  browserNotOpened: 'This computer opened no browser for the dashboard.',
  browserNotOpenedHint:
    'Set a default browser in the settings of this computer; the dashboard is in this window as well.',
  noInstances: 'No instances yet',
  suspended: (because: string): string => `suspended (${because})`,
  guardTitle: (name: string): string => `${name} was suspended`,
  guardBody: (because: string): string => `Its guard has stopped it: ${because}. Open Hardshell to resume it.`,
  runGoesOn: (count: number): string =>
    count === 1 ? 'A run is still going on.' : `${count} runs are still going on.`,
  runGoesOnDetail:
    'Hardshell can finish in the tray and tell you how it ended. If you quit, the run is cancelled; deploying again continues where it stopped.',
  goOnInTray: 'Go on in the tray',
  quitAnyway: 'Cancel the run and quit',
  keepOpen: 'Keep the window',
  cannotStart: 'Hardshell cannot start',
  dashboardConnecting: 'Connecting to the gateway',
  dashboardLost: 'The connection to the gateway is being made again',
  dashboardAsksLogin: 'The dashboard asks for the token: reveal it in Overview',
} as const;
