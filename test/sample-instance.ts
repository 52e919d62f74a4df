import { instanceSchema, type Instance } from '../src/shared/model/instance.ts';

/** The record of an instance in a container, as a deployment leaves it. */
export function sampleInstance(more: Readonly<Record<string, unknown>> = {}): Instance {
  return instanceSchema.parse({
    id: 'i-0123456789abcdef',
    name: 'research',
    target: { kind: 'docker' },
    createdAt: '2026-11-21T09:00:00.000Z',
    phase: 'deployed',
    version: '2026.9.6',
    port: 19_100,
    telemetry: false,
    installer: 'pinned',
    ...more,
  });
}
