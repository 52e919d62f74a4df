/** The key that this panel makes for a server, and passwords. */
export const enSshKey = {
  title: 'SSH key',
  lead: 'A key for this login alone, kept in the secret store. Hardshell then signs in without a password.',
  unproven: 'A key was made, and was not seen to come in yet.',
  login: 'Login',
  key: 'Key',
  copyKey: 'Copy the public key',
  made: 'Made',
  passwords: 'Passwords',
  off: (when: string) => `Off since ${when}`,
  asServer: 'As the server has it',
  shared: (names: string) => `Also for ${names}.`,
  install: {
    button: 'Make a key…',
    title: (login: string) => `A key for ${login}`,
    lead: 'Nothing that is there now stops working.',
    go: 'Make the key',
  },
  goOn: 'Go on…',
  withoutPasswords: {
    button: 'Turn passwords off…',
    title: (login: string) => `No more passwords on the server of ${login}`,
    lead: 'For every account there; who is let in all the same is named first. Unless the key is seen to come in, the server turns them on again by itself.',
    go: 'Turn passwords off',
  },
  withPasswords: {
    button: 'Turn passwords on…',
    title: (login: string) => `Passwords on the server of ${login} again`,
    lead: 'As it was before they were turned off from here.',
    go: 'Turn passwords on',
  },
  remove: {
    button: 'Remove…',
    title: (login: string) => `Remove the key from ${login}`,
    lead: 'Only when this computer gets in without it.',
    go: 'Remove the key',
  },
};
