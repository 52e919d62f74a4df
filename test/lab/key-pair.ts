import ssh2 from 'ssh2';

interface KeyOptions {
  readonly comment?: string;
  readonly passphrase?: string;
  readonly cipher?: string;
  readonly rounds?: number;
}

/** An ed25519 key in OpenSSH's format. One in 270 that ssh2 makes is malformed, for itself and for OpenSSH: those are thrown away. */
export function generateKeyPair(options: KeyOptions = {}): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', options);
    if (!(ssh2.utils.parseKey(pair.private, options.passphrase) instanceof Error)) return pair;
  }
}
