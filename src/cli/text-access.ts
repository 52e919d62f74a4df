/** Texts of `token` and `devices`. */
export const tokenTexts = {
  askRotate: (name: string) => `Give ${name} a new token? Whoever signs in with the old one needs the new one then.`,
  rotated: (name: string) => `${name} has a new token; the old one is refused. Devices that were let in stay so.`,
  showPlansNothing: '--dry-run belongs to rotate: show changes nothing.',
} as const;

const cut = (id: string): string => (id.length > 16 ? `${id.slice(0, 16)}…` : id);

export const deviceTexts = {
  asking: (name: string) => `Asking the gateway of ${name}`,
  noIdForList: 'list takes no id.',
  idMissing: (verb: string) => `${verb} needs the id of the one that is meant.`,
  idHint: (name: string) => `\`hardshell devices ${name}\` shows them.`,
  ask: {
    approve: (id: string, name: string) => `Let in who asks as ${cut(id)}? It can then do on ${name} what it asks for.`,
    reject: (id: string) => `Turn down the request ${cut(id)}?`,
    remove: (id: string, name: string) => `Remove ${cut(id)} from ${name}? To come back it has to ask.`,
    rotate: (id: string) => `Make what ${cut(id)} comes back with worthless?`,
  },
  did: {
    approve: (id: string) => `${cut(id)} is let in.`,
    reject: (id: string) => `${cut(id)} is turned down.`,
    remove: (id: string) => `${cut(id)} is removed.`,
    rotate: (id: string) => `${cut(id)} has to sign in anew.`,
  },
  none: (name: string) => `${name} knows no devices, and nobody asks to be one.`,
  pending: 'Asking to be let in',
  paired: 'Let in',
  deeds: 'Done from here',
  asks: (scopes: string) => `asks for ${scopes}`,
  may: (scopes: string) => `may ${scopes}`,
  nothing: 'nothing',
  own: 'this Hardshell',
  known: 'was let in before',
  connected: 'connected',
  seen: (age: string) => `seen ${age}`,
  asked: (age: string) => `asked ${age}`,
  never: 'not seen since',
  noToken: 'its token was revoked',
  deedWords: { approve: 'let in', reject: 'turned down', remove: 'removed', rotate: 'made to sign in anew' },
} as const;
