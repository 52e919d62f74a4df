/** In the environment of every command of a run, so that whoever takes over after a crash can find and end them all. */
export const RUN_MARKER = 'HARDSHELL_RUN';

/**
 * Shell: `started` prints when the shell's own process was started, as `readProcessIdentity` reads it. A process that writes
 * this down before it becomes another program leaves no moment in which it runs and nobody could find it.
 */
export const SHELL_STARTED = `started() {
  if [ -r "/proc/$$/stat" ]; then
    read -r l <"/proc/$$/stat"; read -r boot </proc/sys/kernel/random/boot_id
    set -- \${l##*) }
    echo "$boot/\${20}"
  else LC_ALL=C TZ=UTC ps -o lstart= -p $$
  fi
}`;

/** What `started` printed, in the one form in which it is compared. Pure. */
export function parseStarted(text: string): string | undefined {
  const started = text.trim().replaceAll(/\s+/g, ' ');
  return started === '' ? undefined : started;
}
