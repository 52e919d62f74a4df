/**
 * How long the processor worked on it, in milliseconds: what else the machine does is no part of that, as it is of a clock's time.
 * For work that is done when it returns.
 */
export function cpuMsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
