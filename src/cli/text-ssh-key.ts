/** Texts of `ssh-key`. */
export const sshKeyTexts = {
  conflict:
    'These do not go together: --disable-passwords stands alone, --remove goes with --enable-passwords at most.',
  ask: {
    install: (name: string) => `Make a key for the server of ${name}, and sign in with it from now on?`,
    off: (name: string) =>
      `Turn password logins off on the server of ${name}, for every account there? Unless the key is seen to come in, it turns them on again by itself.`,
    on: (name: string) => `Turn password logins on again on the server of ${name}?`,
    remove: (name: string) => `Remove the key of this panel from the server of ${name}?`,
  },
  told: {
    install: (name: string) => `${name} is reached with a key of its own.`,
    off: (name: string) =>
      `${name} is reached with a key of its own, and its server takes no password from that login.`,
    on: (name: string) => `The server of ${name} takes passwords as it did before.`,
    remove: (name: string) => `The key is gone from the server of ${name}, and was seen refused.`,
  },
} as const;
