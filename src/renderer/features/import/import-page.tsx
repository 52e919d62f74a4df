import { PackageSearch } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type SubmitEvent } from 'react';
import type { FoundInstallView } from '../../../shared/contract/import.ts';
import { parseTarget, type Target } from '../../../shared/model/target.ts';
import { createDraftId } from '../../draft-id.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { useFocusWrong } from '../../ui/focus-wrong.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TypedInput } from '../../ui/typed-field.tsx';
import type { Reach } from '../../reach.ts';
import { useFormCheck } from '../../use-form-check.ts';
import { useReach } from '../../use-reach.ts';
import { ReachTrouble } from '../run/reach-trouble.tsx';
import { AdoptionDialog } from './adoption-dialog.tsx';
import { FoundRow } from './found-row.tsx';
import styles from './import.module.css';

const words = text.import;

interface PlaceDraft {
  readonly place: string;
}

/** What was looked at, and how that was reached. */
interface Looked {
  readonly target: Target;
  readonly reach: Reach;
  readonly found: readonly FoundInstallView[];
}

/** What runs OpenClaw already at a place, and the way to look after it as it is. @param place what is typed there already */
export function ImportPage({ place = 'docker' }: { readonly place?: string }) {
  const client = useClient();
  const [draft, setDraft] = useState<PlaceDraft>({ place });
  const action = useReach(draft.place.trim());
  const checked = useFormCheck<Partial<PlaceDraft>>({});
  const [looked, setLooked] = useState<Looked>();
  const [chosen, setChosen] = useState<FoundInstallView>();
  const form = useRef<HTMLFormElement>(null);
  const draftId = useRef<string>(undefined);
  const stop = useCallback((): void => {
    // One that has ended already has nothing to be given up.
    if (draftId.current !== undefined)
      void client.call('deployment.abandon', { draftId: draftId.current }).catch(() => undefined);
    draftId.current = undefined;
  }, [client]);
  // whoever goes away waits for nothing
  useEffect(() => stop, [stop]);
  useFocusWrong(form, checked.found);

  const look = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const target = readPlace(draft.place);
    if (target === undefined || target.kind === 'local') {
      checked.find({ place: target === undefined ? words.placeWrong : words.placeLocal });
      return;
    }
    setLooked(undefined);
    void action.run(async (reach) => {
      const { secrets, trustHostKeys } = reach;
      const { sshPassword, sudoPassword, keyPassphrase } = secrets;
      const login = {
        ...(sshPassword === undefined ? {} : { sshPassword }),
        ...(sudoPassword === undefined ? {} : { sudoPassword }),
        ...(keyPassphrase === undefined ? {} : { keyPassphrase }),
      };
      const asked = createDraftId();
      draftId.current = asked;
      try {
        const found = await client.call('import.look', { draftId: asked, target, secrets: login, trustHostKeys });
        setLooked({ target, reach: { secrets: login, trustHostKeys }, found });
      } catch (error) {
        // That it was given up is known to who has done it.
        if (draftId.current === asked) throw error;
      }
    });
  };

  return (
    <div className={styles['page']}>
      <PageHead title={words.title} lead={words.lead} />
      <form className={styles['form']} ref={form} onSubmit={look} noValidate>
        <TypedInput
          within={{
            draft,
            errors: checked.errors,
            type: (change) => {
              checked.mend(() => ({}));
              setDraft((before) => ({ ...before, ...change }));
            },
          }}
          field="place"
          label={words.place}
          hint={words.placeHint}
          code
          autoFocus
        />
        <Button variant="primary" type="submit" busy={action.busy} className={styles['look']}>
          {words.look}
        </Button>
      </form>
      <ReachTrouble action={action} />
      {action.busy && (
        <Panel
          heading={words.found}
          actions={
            <Button size="small" onClick={stop}>
              {text.common.cancel}
            </Button>
          }
        >
          <p role="status">{words.looking}…</p>
          <Skeleton width="60%" />
        </Panel>
      )}
      {!action.busy && looked !== undefined && (
        <Panel heading={words.found} flush={looked.found.length > 0}>
          {looked.found.length === 0 ? (
            <div role="status">
              <Empty icon={<PackageSearch size={18} aria-hidden />} title={words.none}>
                {words.noneHint}
              </Empty>
            </div>
          ) : (
            <ul>
              {looked.found.map((one) => (
                <FoundRow key={one.id} found={one} onAdopt={() => setChosen(one)} />
              ))}
            </ul>
          )}
        </Panel>
      )}
      {chosen !== undefined && looked !== undefined && (
        <AdoptionDialog
          found={chosen}
          target={looked.target}
          reach={looked.reach}
          onClose={() => setChosen(undefined)}
        />
      )}
    </div>
  );
}

function readPlace(typed: string): Target | undefined {
  try {
    return parseTarget(typed.trim());
  } catch {
    // What is wrong with it the field says.
    return undefined;
  }
}
