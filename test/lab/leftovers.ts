import { spawnSync } from 'node:child_process';
import { runLabel } from './run.ts';

/**
 * Removes the servers and checkpoints that this run started, and nothing else. Tests dispose what they start; this is
 * for the ones that were stopped half-way. It does not wait, so that it can be the last thing a process does.
 */
export function removeLeftovers(): void {
  const docker = (...args: string[]): string[] =>
    spawnSync('docker', args, { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  const mine = `label=${runLabel()}`;
  const containers = docker('ps', '--all', '--quiet', '--filter', mine);
  if (containers.length > 0) docker('rm', '--force', '--volumes', ...containers);
  const images = docker('images', '--quiet', '--filter', mine);
  if (images.length > 0) docker('rmi', '--force', ...new Set(images));
}
