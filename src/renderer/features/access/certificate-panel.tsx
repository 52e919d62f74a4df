import { TriangleAlert } from 'lucide-react';
import type { IngressStatusView } from '../../../shared/contract/operation.ts';
import { text } from '../../text/index.ts';
import { formatDuration, formatMoment } from '../../text/measures.ts';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useNow } from '../../use-now.ts';
import styles from './access-tab.module.css';

const words = text.access.tab;

/** @param status undefined: not asked yet */
export function CertificatePanel({ status }: { readonly status: IngressStatusView | undefined }) {
  const certificate = status?.certificate;
  const now = useNow(false);
  if (certificate === undefined) {
    return (
      <Panel heading={words.certificate}>
        {status === undefined ? <Skeleton width="60%" /> : <p className={styles['note']}>{words.noCertificate}</p>}
      </Panel>
    );
  }
  const { issuer, subject, notBefore, notAfter, isOverdue } = certificate;
  const leftMs = Date.parse(notAfter) - now;
  return (
    <Panel heading={words.certificate}>
      {isOverdue && (
        <p className={styles['warning']} role="alert">
          <TriangleAlert size={16} aria-hidden />
          {words.overdue}
        </p>
      )}
      <KeyValue
        rows={[
          { key: words.subject, value: subject },
          { key: words.issuer, value: issuer },
          { key: words.since, value: formatMoment(notBefore) },
          {
            key: words.until,
            value: `${formatMoment(notAfter)} (${leftMs > 0 ? words.left(formatDuration(leftMs)) : words.lapsed})`,
          },
        ]}
      />
    </Panel>
  );
}
