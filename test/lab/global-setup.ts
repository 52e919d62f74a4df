import type { TestProject } from 'vitest/node';
import { tryDocker } from './docker.ts';
import { startRegistryCache } from './registry-cache.ts';
import { bringUpLab, labRunId, runLabel, type LabState } from './run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    lab: LabState;
  }
}

/** Runs once before the integration tests: the lab comes up, and goes with everything that this run started. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  labRunId(); // decided here, so that all workers inherit the same one
  const lab = await bringUpLab();
  if (lab.is === 'missing' && process.env['LAB'] === 'required') throw new Error(`The lab is required: ${lab.because}`);
  project.provide('lab', lab);
  if (lab.is === 'missing') return () => Promise.resolve();
  const registry = await startRegistryCache();
  process.env['HARDSHELL_LAB_REGISTRY'] = registry.url;
  return async () => {
    await registry[Symbol.asyncDispose]();
    await removeLeftovers();
  };
}

/** Tests dispose what they start; this is for the ones that were stopped half-way. */
async function removeLeftovers(): Promise<void> {
  const mine = `label=${runLabel()}`;
  const containers = (await tryDocker(['ps', '--all', '--quiet', '--filter', mine])).stdout.split('\n').filter(Boolean);
  if (containers.length > 0) await tryDocker(['rm', '--force', '--volumes', ...containers]);
  const images = (await tryDocker(['images', '--quiet', '--filter', mine])).stdout.split('\n').filter(Boolean);
  if (images.length > 0) await tryDocker(['rmi', '--force', ...new Set(images)]);
}
