import { AppError } from '../../shared/app-error.ts';
import { planTokenPatch } from '../openclaw/config-patch.ts';
import { readGatewayToken } from '../openclaw/gateway-token.ts';
import type { ApplyContext } from '../steps/step.ts';
import type { Ward } from './ward.ts';

/**
 * Writes the newest whole openclaw.json over one that is broken. What lies beside it is older than the last change of the token:
 * one that was replaced must not come back with it, for the next look would take it for the right one.
 */
export async function restoreConfig(ward: Ward, context: ApplyContext, doing: string): Promise<void> {
  const { whole, base } = await ward.mend(context, doing, { order: 'find-whole' });
  if (whole === undefined || base === undefined) throw new AppError('repair.failed');
  const token = await ward.token.read();
  const isPlain = readGatewayToken(whole)?.kind === 'plain';
  const text = token === undefined || !isPlain ? whole : planTokenPatch(whole, token).text;
  await ward.mend(context, doing, { order: 'write-config', text, base });
}
