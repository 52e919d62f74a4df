import semver from 'semver';
import { PINNED_NPM } from './node-release.ts';

export interface NpmInstall {
  /** `openclaw@2026.9.6`, or the path of a tarball. */
  readonly spec: string;
  /** Base URL of the registry, without a trailing slash. */
  readonly registry: string;
  /** The npm that will run. Default: the pinned one. */
  readonly npmVersion?: string;
}

/** From this version on npm runs no install script that nobody allowed, and knows the flag that allows one. */
const ALLOW_SCRIPTS_SINCE = '11.16.0';

/** How often npm asks for one package before it takes it for lost: within 13 s, where its own patience is 70 s for each. */
export const FETCH_ATTEMPTS = 4;

/** npm's settings that let `watchNpm` see what happens: each request is said, and patience is short. */
const WATCHED: Readonly<Record<string, string>> = {
  loglevel: 'http',
  'fetch-retries': String(FETCH_ATTEMPTS - 1),
  'fetch-retry-factor': '3',
  'fetch-retry-mintimeout': '1000',
  'fetch-retry-maxtimeout': '9000',
};

/** The same for an npm that somebody else's script calls. Pure. */
export function watchedNpmEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(WATCHED).map(([name, value]) => [`NPM_CONFIG_${name.replaceAll('-', '_').toUpperCase()}`, value]),
  );
}

/** npm's arguments for a global install; the caller adds `--prefix FOLDER`. Pure. */
export function npmInstallArguments({ spec, registry, npmVersion = PINNED_NPM }: NpmInstall): string[] {
  return [
    'install',
    '--global',
    spec,
    `--registry=${registry}/`,
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--no-progress',
    ...Object.entries(WATCHED).map(([name, value]) => `--${name}=${value}`),
    // OpenClaw's own, which completes its install: until then `.openclaw-lifecycle-pending` lies in the package. As upstream's
    // installer does; what it depends on works without its scripts.
    ...(semver.gte(npmVersion, ALLOW_SCRIPTS_SINCE) ? ['--allow-scripts=openclaw'] : []),
  ];
}

const SSH_SOURCES: readonly string[] = ['git@github.com:', 'ssh://git@github.com/', 'git://github.com/'];

/**
 * Variables for npm. Some dependency was once named by `git@github.com:`, which needs an SSH key that a fresh machine does not
 * have (openclaw/openclaw#12841): git is told to use https instead, without touching anybody's .gitconfig. Pure.
 */
export function npmInstallEnvironment(): Readonly<Record<string, string>> {
  const env: Record<string, string> = { GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_COUNT: String(SSH_SOURCES.length) };
  SSH_SOURCES.forEach((source, index) => {
    env[`GIT_CONFIG_KEY_${String(index)}`] = 'url.https://github.com/.insteadOf';
    env[`GIT_CONFIG_VALUE_${String(index)}`] = source;
  });
  return env;
}
