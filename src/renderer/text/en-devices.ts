import type { DeviceDeed } from '../../shared/model/device.ts';

const deeds: Readonly<Record<DeviceDeed['what'], string>> = {
  approve: 'let in',
  reject: 'turned down',
  remove: 'removed',
  rotate: 'made to sign in anew',
};

/** A new token, and who comes with a key of their own. */
export const enDevices = {
  token: {
    title: 'Token',
    lead: 'Whoever has it can come in. When it may be known to somebody, make a new one.',
    rotate: 'New token…',
    planTitle: (name: string) => `A new token for ${name}`,
    planLead:
      'Whoever signs in with the old one needs the new one. Devices that were let in stay so: look at them too.',
    go: 'Make a new token',
  },
  title: 'Devices',
  again: 'Look again',
  none: 'No devices',
  noneHint: 'A browser or phone that signs in appears here.',
  asks: (scopes: string) => `asks for: ${scopes}`,
  may: (scopes: string) => `may: ${scopes}`,
  nothing: 'nothing',
  own: 'this Hardshell',
  known: 'was let in before',
  asked: (when: string) => `asked ${when}`,
  seen: (when: string) => `seen ${when}`,
  paired: (when: string) => `let in ${when}`,
  connected: 'connected',
  revoked: 'token revoked',
  approve: 'Let in',
  approveOf: (name: string) => `Let in ${name}`,
  reject: 'Turn down',
  rejectOf: (name: string) => `Turn down ${name}`,
  approveTitle: (name: string) => `Let ${name} in?`,
  approveBody: (scopes: string, from: string) =>
    `Only if you know it: it asks from ${from}. From then on it comes in by itself and may: ${scopes}.`,
  somewhere: 'an address that is not known',
  more: (name: string) => `More for ${name}`,
  rotate: 'Make it sign in anew',
  remove: 'Remove…',
  removeTitle: (name: string) => `Remove ${name}?`,
  removeBody: 'It is signed out at once. To come back it has to ask, and you have to let it in.',
  removeGo: 'Remove',
  deeds: (count: number) => `Done from here (${String(count)})`,
  deed: ({ name, what, who }: DeviceDeed) => `${name} ${deeds[what]}, by ${who}`,
};
