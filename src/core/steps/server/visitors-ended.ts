import type { Ingress } from '../../../shared/model/ingress.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { visitorsFact } from '../../facts/visitors.ts';
import { changeScript } from '../../host/command.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Step } from '../step.ts';
import { READY_TIMEOUT_MS, waitForGateway } from './gateway-ready.ts';

/** Whether a list leaves somebody out who could come until now. Pure. */
export function isNarrower(former: Ingress | undefined, { limits: { allow } }: Ingress): boolean {
  if (former === undefined || former.access.mode === 'tunnel' || allow === undefined) return false;
  return former.limits.allow?.every((range) => allow.includes(range)) !== true;
}

/**
 * Whom Caddy has let in stays connected, whatever it is told later: its own restart would end the visitors of others as well,
 * that of the gateway only those of this instance. Who may still come is there again at once.
 */
export function visitorsEndedStep({ layout, port }: { readonly layout: ServerLayout; readonly port: number }): Step {
  const visitors = visitorsFact(port);
  let isEnded = false;
  return {
    id: 'visitors-ended',
    title: 'End what visitors have open by restarting the gateway',
    facts: [visitors],
    timeoutMs: READY_TIMEOUT_MS + 60_000,
    async check({ read }) {
      // Whoever may come has come again meanwhile.
      if (isEnded) return satisfied('the gateway was restarted');
      const count = await read(visitors);
      if (count === 0) return satisfied('no visitor is connected');
      return needed(
        count === undefined
          ? 'who is connected cannot be told on this machine'
          : `${String(count)} connections of visitors are open`,
        'restart',
      );
    },
    async apply(context) {
      const restart = changeScript('systemctl --user restart -- "$1"', [layout.unit], {
        runAs: { user: layout.user },
      });
      await context.changeOk('Restarting the gateway', restart);
      await waitForGateway(layout, port, context);
      isEnded = true;
    },
  };
}
