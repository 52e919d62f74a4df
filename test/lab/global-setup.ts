import type { TestProject } from 'vitest/node';
import { removeLeftovers } from './leftovers.ts';
import { startRegistryCache } from './registry-cache.ts';
import { bringUpLab, labRunId, type LabState } from './run.ts';

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
  let tornDown = false;
  // asked to end, vitest tears nothing down: what is left to do then has to be done without waiting
  process.once('exit', () => {
    if (!tornDown) removeLeftovers();
  });
  return async () => {
    tornDown = true;
    await registry[Symbol.asyncDispose]();
    removeLeftovers();
  };
}
