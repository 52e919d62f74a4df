import { useEffect } from 'react';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { CheckScreen } from './check-screen.tsx';
import type { Place } from './draft.ts';
import { ReviewScreen } from './review-screen.tsx';
import { WhatScreen } from './what-screen.tsx';
import { WhereScreen } from './where-screen.tsx';
import { dispatch, leave, useWizards } from './wizard-store.ts';
import styles from './wizard.module.css';
import { WizardSteps } from './wizard-steps.tsx';

const titles: Readonly<Record<Place, string>> = {
  local: text.wizard.titleLocal,
  server: text.wizard.titleServer,
  docker: text.wizard.titleDocker,
};

export function WizardPage({ place }: { readonly place: Place }) {
  const client = useClient();
  const state = useWizards((all) => all[place]);
  useEffect(
    () =>
      client.on('deployment.advanced', ({ draftId, phase }) => dispatch(place, { type: 'advanced', draftId, phase })),
    [client, place],
  );
  useEffect(() => () => leave(client, place), [client, place]);
  const { screen } = state;
  return (
    <div className={styles['wizard']}>
      <header className={styles['top']}>
        <p className={styles['what']}>{titles[place]}</p>
        <WizardSteps at={screen} />
      </header>
      {screen === 'where' && <WhereScreen state={state} />}
      {screen === 'check' && <CheckScreen state={state} />}
      {screen === 'what' && <WhatScreen state={state} />}
      {screen === 'review' && <ReviewScreen state={state} />}
    </div>
  );
}
