import { describe, expect, it } from 'vitest';
import { renameImage } from './docker-update.ts';

describe('renameImage', () => {
  it.each([
    ['ghcr.io/me/openclaw:2026.9.5', 'ghcr.io/me/openclaw:2026.9.6'],
    ['ghcr.io/me/openclaw:2026.9.5-slim', 'ghcr.io/me/openclaw:2026.9.6-slim'],
    ['registry.lan:5000/openclaw:v2026.9.5', 'registry.lan:5000/openclaw:v2026.9.6'],
    [`ghcr.io/me/openclaw:2026.9.5@sha256:${'a'.repeat(64)}`, 'ghcr.io/me/openclaw:2026.9.6'],
    ['ghcr.io/me/openclaw:latest', undefined],
    ['registry.lan:5000/openclaw', undefined],
    [`ghcr.io/me/openclaw@sha256:${'a'.repeat(64)}`, undefined],
  ])('%s', (choice, expected) => {
    expect(renameImage(choice, '2026.9.6')).toBe(expected);
  });
});
