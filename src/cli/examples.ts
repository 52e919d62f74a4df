/** What `--help` shows at its end, by the command's path. The README's examples are held against the program by a test. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  hardshell: [
    'hardshell deploy home --to local',
    'hardshell deploy research --to ssh://root@203.0.113.7',
    'hardshell open research',
  ],
  'hardshell deploy': [
    'hardshell deploy home --to local',
    'hardshell deploy research --to ssh://root@203.0.113.7 --dry-run',
    'hardshell deploy research --to ssh://admin@server.example:2222 --identity ~/.ssh/id_ed25519 --jump ssh://me@gate.example',
    'hardshell deploy research --to ssh://root@203.0.113.7 --provider openrouter --model openrouter/auto --secrets-stdin --yes < secrets.json',
  ],
  'hardshell remove': ['hardshell remove research', 'hardshell remove research --purge --yes'],
  'hardshell list': ['hardshell list', 'hardshell list --json'],
  'hardshell status': ['hardshell status research', 'hardshell status research --json'],
  'hardshell open': ['hardshell open research'],
  'hardshell logs': ['hardshell logs research --lines 20', 'hardshell logs research --follow'],
  'hardshell exec': [
    'hardshell exec research -- openclaw status',
    'hardshell exec research -- sh -c \'df -h "$HOME"\'',
  ],
  'hardshell serve': ['hardshell serve', 'hardshell serve --port 8420 --json'],
  'hardshell start': ['hardshell start research'],
  'hardshell stop': ['hardshell stop research'],
  'hardshell restart': ['hardshell restart research'],
  'hardshell trust': ['hardshell trust list', 'hardshell trust remove 203.0.113.7'],
  'hardshell trust list': ['hardshell trust list --json'],
  'hardshell trust remove': ['hardshell trust remove [server.example]:2222'],
  'hardshell runs': ['hardshell runs list', 'hardshell runs show r-0mhw3k2p1a'],
  'hardshell runs list': ['hardshell runs list --json'],
  'hardshell runs show': ['hardshell runs show r-0mhw3k2p1a'],
};

/** What else `--help` has to say. */
export const notes: Readonly<Record<string, readonly string[]>> = {
  hardshell: [
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused (host key, lease, preflight), 130 cancelled.',
    'HARDSHELL_DATA_DIR names the folder in which everything is kept.',
  ],
  'hardshell deploy': [
    'secrets.json is one JSON object with any of sshPassword, sudoPassword, keyPassphrase, providerKey,',
    'telegramToken.',
  ],
};
