import { Command, useCommandState } from 'cmdk';
import { useEffect, useState } from 'react';
import { useClient } from '../../live.ts';
import { useRoute } from '../../router.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { findOpener, giveFocusBack } from '../../ui/focus-back.ts';
import { listInstanceActions, listNew, listPlaces, listThemes, openInstance, type Action } from './palette-actions.tsx';
import styles from './palette.module.css';

const words = text.palette;

const close = (): void => useStore.setState({ paletteOpen: false });

/** Everything that can be done, by its name. */
export function Palette() {
  const [opener] = useState(findOpener);
  useEffect(() => () => giveFocusBack(opener), [opener]);
  return (
    <Command.Dialog
      open
      onOpenChange={(open) => {
        if (!open) close();
      }}
      label={words.title}
      overlayClassName={styles['scrim'] ?? ''}
      contentClassName={styles['palette'] ?? ''}
      loop
    >
      <Command.Input className={styles['input']} placeholder={words.placeholder} />
      <Command.List className={styles['list']}>
        <Command.Empty className={styles['none']}>{words.none}</Command.Empty>
        <Groups />
      </Command.List>
    </Command.Dialog>
  );
}

/**
 * What concerns the instance that is looked at comes first. What can be done with the others is found by who types: before that,
 * with many of them, it would bury the rest.
 */
function Groups() {
  const client = useClient();
  const route = useRoute();
  const isSearching = useCommandState(({ search }) => search.trim() !== '');
  const instances = useStore((state) => state.instances) ?? [];
  const statuses = useStore((state) => state.statuses);
  const here = route.page === 'instance' ? instances.find(({ id }) => id === route.instanceId) : undefined;
  const listActions = (instance: (typeof instances)[number]): Action[] =>
    listInstanceActions(client, instance, statuses[instance.id]?.state ?? 'unknown');
  const others = instances.filter((instance) => instance !== here);
  const groups: readonly (readonly [string, readonly Action[]])[] = [
    [here?.name ?? '', here === undefined ? [] : listActions(here)],
    [
      words.instances,
      others.flatMap((one) => (isSearching ? [openInstance(one), ...listActions(one)] : openInstance(one))),
    ],
    [words.actions, listNew()],
    [words.go, listPlaces()],
    [words.look, listThemes(client)],
  ];
  return groups
    .filter(([, actions]) => actions.length > 0)
    .map(([heading, actions]) => (
      // an instance may have the name of another group
      <Command.Group
        key={actions[0]?.id}
        value={actions[0]?.id ?? heading}
        heading={heading}
        className={styles['group']}
      >
        {actions.map((action) => (
          <Item key={action.id} action={action} />
        ))}
      </Command.Group>
    ));
}

function Item({ action: { id, label, icon: Icon, note, run } }: { readonly action: Action }) {
  return (
    <Command.Item
      value={`${label} ${id}`}
      className={styles['item']}
      onSelect={() => {
        close();
        run();
      }}
    >
      <Icon size={14} aria-hidden />
      <span className={styles['label']}>{label}</span>
      {note !== undefined && <span className={styles['note']}>{note}</span>}
    </Command.Item>
  );
}
