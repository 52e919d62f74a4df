import { PowerOff } from 'lucide-react';
import type { ReactNode } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { useAction } from '../../use-action.ts';

const words = text.agent;

interface GatewayNeededProps {
  readonly instance: InstanceView;
  readonly children: ReactNode;
}

/** What is asked of the gateway can only be seen while it runs. */
export function GatewayNeeded({ instance, children }: GatewayNeededProps) {
  const client = useClient();
  const action = useAction();
  const state = useStore(({ statuses }) => statuses[instance.id]?.state);
  if (state !== 'stopped' && state !== 'suspended' && state !== 'failed') return children;
  return (
    <Empty
      icon={<PowerOff size={18} aria-hidden />}
      title={words.away}
      action={
        state !== 'suspended' && (
          <Button
            variant="primary"
            busy={action.busy}
            onClick={() => void action.run(() => client.call('instance.start', { instanceId: instance.id }))}
          >
            {words.start}
          </Button>
        )
      }
    >
      {words.awayHint}
      {action.error !== undefined && <ErrorPanel error={action.error} />}
    </Empty>
  );
}
