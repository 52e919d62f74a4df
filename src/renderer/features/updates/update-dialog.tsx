import { useCallback, useMemo, useState } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ChangeView } from '../../../shared/contract/operation.ts';
import type { UpdateOfferView } from '../../../shared/contract/update.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatBytes } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { More } from '../../ui/more.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAnswer } from '../../use-asked.ts';
import { ChangeDialog } from '../run/change-dialog.tsx';
import styles from './updates.module.css';

const words = text.updates;

interface UpdateDialogProps {
  readonly instance: InstanceView;
  readonly onClose: () => void;
}

/** What an update would bring, and only then its plan. */
export function UpdateDialog({ instance, onClose }: UpdateDialogProps) {
  const client = useClient();
  const { id: instanceId, pendingUpdate } = instance;
  const [chosen, setChosen] = useState<string | undefined>(pendingUpdate?.version);
  const [isPlanned, setIsPlanned] = useState(false);
  const ask = useCallback(
    () => client.call('update.look', { instanceId, ...(chosen === undefined ? {} : { version: chosen }) }),
    [client, instanceId, chosen],
  );
  const { answer: offer, error, asking, again } = useAnswer(ask);
  const version = chosen ?? offer?.version;
  const change = useMemo((): ChangeView => ({ kind: 'update', version: version ?? '' }), [version]);
  if (isPlanned && version !== undefined) {
    return (
      <ChangeDialog
        instance={instance}
        change={change}
        title={words.plan.title(instance.name, version)}
        lead={words.plan.lead}
        go={words.plan.go}
        onBack={() => setIsPlanned(false)}
        onBegun={onClose}
      />
    );
  }
  const canGo = error === undefined && version !== undefined && offer !== undefined && !asking;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={words.offer.title(instance.name)}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          {canGo && (
            <Button variant="primary" autoFocus onClick={() => setIsPlanned(true)}>
              {words.offer.look}
            </Button>
          )}
        </>
      }
    >
      {error !== undefined && <ErrorPanel error={error} onRetry={again} />}
      {error === undefined && offer === undefined && (
        <>
          <p role="status">{words.offer.asking}</p>
          <Skeleton width="60%" />
          <Skeleton width="45%" />
        </>
      )}
      {error === undefined && offer !== undefined && version === undefined && <p>{words.offer.newest(offer.runs)}</p>}
      {error === undefined && offer !== undefined && version !== undefined && (
        <div className={styles['offer']} aria-busy={asking}>
          {offer.newer.length > 1 && (
            <Field label={words.offer.version}>
              <Select value={version} disabled={asking} onChange={(event) => setChosen(event.target.value)}>
                {[...new Set([version, ...offer.newer])].map((one) => (
                  <option key={one} value={one}>
                    {words.offer.versionOf(one, one === offer.latest)}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          <Offer instance={instance} offer={offer} version={version} />
        </div>
      )}
    </Dialog>
  );
}

interface OfferProps {
  readonly instance: InstanceView;
  readonly offer: UpdateOfferView;
  readonly version: string;
}

function Offer({ instance, offer, version }: OfferProps) {
  const { diskNeededBytes: needed, diskFreeBytes: free, changelog } = offer;
  const { kind } = instance.target;
  const t = words.offer;
  const node =
    offer.nodeVersion !== undefined ? t.nodeNew(offer.nodeVersion) : kind === 'docker' ? t.nodeImage : t.nodeStays;
  const isShort = needed !== undefined && free !== undefined && needed > free;
  return (
    <>
      <KeyValue
        rows={[
          { key: t.change, value: t.fromTo(offer.runs, version) },
          { key: t.node, value: node },
          ...(needed === undefined || free === undefined
            ? []
            : [
                {
                  key: t.disk,
                  value: (
                    <>
                      {t.diskOf(formatBytes(needed), formatBytes(free))}
                      {isShort && <strong className={styles['short']}> {t.diskShort}</strong>}
                    </>
                  ),
                },
              ]),
        ]}
      />
      <section>
        <h3 className={styles['head']}>{t.happens}</h3>
        <p>{kind === 'docker' ? t.steps.docker : kind === 'local' ? t.steps.local : t.steps.host}</p>
        <p>{t.back}</p>
      </section>
      <section>
        <h3 className={styles['head']}>{t.news}</h3>
        {changelog.length === 0 && <p className={styles['note']}>{t.noNews}</p>}
        {changelog.map((part, index) => (
          <More key={part.version} label={part.version} open={index === 0}>
            {/* as text: what upstream wrote is nobody's page here */}
            <pre className={styles['news']} tabIndex={0} aria-label={t.newsOf(part.version)}>
              {part.text}
            </pre>
          </More>
        ))}
      </section>
    </>
  );
}
