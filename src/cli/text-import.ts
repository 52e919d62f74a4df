/** Texts of `import`. */
export const importTexts = {
  none: 'There is no OpenClaw that runs there.',
  noneHint: 'Containers that run its gateway are found, and gateways that systemd runs for an account of a server.',
  next: (place: string, which: string) => `hardshell import ${place} --which ${which} --name NAME`,
  ask: (name: string) => `Adopt it as ${name}?`,
  adopted: (name: string) => `${name} is adopted. It runs on as it was set up.`,
  forgotten: (name: string) => `${name} is forgotten here. Where it runs nothing was touched.`,
  noName: {
    message: 'Nothing is adopted without a name.',
    hint: 'Add --name NAME, or leave the other options out to see what is there.',
  },
  tokens: { config: 'in openclaw.json', environment: 'in its environment', none: 'none' },
  unknown: '?',
  ours: (name: string) => `is ${name}`,
  ready: 'can be adopted',
  notReady: 'not as it is',
} as const;
