import { useCallback, useEffect, useState, type RefObject } from 'react';
import { toReport } from '../../client.ts';
import type { Bounds, DashboardState } from '../../../shared/contract/dashboard.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';

/** What lies over the page, in a portal of its own: the dashboard would hide it. */
const OVERLAYS = '[role="dialog"], [role="alertdialog"], [role="menu"]';

function readBounds(element: HTMLElement): Bounds | undefined {
  const { x, y, width, height } = element.getBoundingClientRect();
  const left = Math.max(0, Math.round(x));
  const top = Math.max(0, Math.round(y));
  const bounds = { x: left, y: top, width: Math.round(width), height: Math.round(height) };
  return bounds.width < 1 || bounds.height < 1 ? undefined : bounds;
}

export interface DashboardView {
  readonly shown: DashboardState;
  readonly open: () => void;
}

/** Keeps the desktop's view of OpenClaw's page where its place on our page is, and out of the way of what lies over it. */
export function useDashboardView(
  { id: instanceId }: InstanceView,
  place: RefObject<HTMLElement | null>,
): DashboardView {
  const client = useClient();
  const [shown, setShown] = useState<DashboardState>({ instanceId, state: 'opening' });

  const open = useCallback(() => {
    const element = place.current;
    if (element === null) return;
    setShown({ instanceId, state: 'opening' });
    const bounds = readBounds(element);
    client
      .call('dashboard.open', { instanceId, ...(bounds === undefined ? {} : { bounds }) })
      .catch((error: unknown) => setShown({ instanceId, state: 'failed', error: toReport(error) }));
  }, [client, instanceId, place]);

  useEffect(
    () =>
      client.on('dashboard.changed', (changed) => {
        if (changed.instanceId === instanceId) setShown(changed);
      }),
    [client, instanceId],
  );

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let last = '';
    const lay = (bounds: Bounds | undefined): void => {
      const now = JSON.stringify(bounds ?? null);
      if (now === last) return;
      last = now;
      // a view that is not there needs no place
      client
        .call('dashboard.place', { instanceId, ...(bounds === undefined ? {} : { bounds }) })
        .catch(() => undefined);
    };
    const update = (): void => lay(document.querySelector(OVERLAYS) === null ? readBounds(element) : undefined);

    open();
    const sizes = new ResizeObserver(update);
    sizes.observe(element);
    // portals are children of the body; banners move the place without a change of its size
    const overlays = new MutationObserver(update);
    overlays.observe(document.body, { childList: true });
    addEventListener('resize', update);
    return () => {
      sizes.disconnect();
      overlays.disconnect();
      removeEventListener('resize', update);
      lay(undefined);
    };
  }, [client, instanceId, open, place]);

  return { shown, open };
}
