import { describe, expect, it } from 'vitest';
import { worstAlertOf } from './alert-worst.ts';
import { instanceIdSchema } from './model/ids.ts';
import type { Alert, AlertKind } from './model/alert.ts';

const alert = (kind: AlertKind, level: Alert['level'], more: Partial<Alert> = {}): Alert => ({
  instanceId: instanceIdSchema.parse('i-0123456789abcdef'),
  instanceName: 'research',
  kind,
  level,
  because: 'It is so.',
  since: '2026-11-21T10:00:00Z',
  told: { fired: [], cleared: [] },
  ...more,
});
const worst = (...alerts: Alert[]) => worstAlertOf(alerts, 'i-0123456789abcdef')?.kind;

describe('the worst alert of an instance', () => {
  it('is the gravest, then the newest', () => {
    const newer = { since: '2026-11-21T11:00:00Z' };
    expect(worst(alert('disk', 'warn', newer), alert('backup', 'bad'))).toBe('backup');
    expect(worst(alert('disk', 'warn'), alert('memory', 'warn', newer))).toBe('memory');
  });

  it('is none that is over, another’s, or an update', () => {
    const over = { clearedAt: '2026-11-21T11:00:00Z' };
    const other = { instanceId: instanceIdSchema.parse('i-ffffffffffffffff') };
    expect(worst(alert('disk', 'bad', over), alert('memory', 'bad', other), alert('update', 'warn'))).toBeUndefined();
  });
});
