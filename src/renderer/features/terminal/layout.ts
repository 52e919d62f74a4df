import { z } from 'zod';
import { shellIdSchema, type ShellId } from '../../../shared/contract/stream.ts';

/** More side by side than this are too narrow to read. */
export const MOST_PANES = 4;

const tabSchema = z.strictObject({
  /** The shell that it was made for: unique, and the same after a reload. */
  id: shellIdSchema,
  panes: z.array(shellIdSchema).min(1).max(MOST_PANES),
  active: shellIdSchema,
  /** What the person calls it; absent: the title of its shell. */
  name: z.string().max(60).exactOptional(),
});
export type TerminalTab = z.infer<typeof tabSchema>;

export const layoutSchema = z.strictObject({ tabs: z.array(tabSchema), active: shellIdSchema.nullable() });
/** Which shells lie in which tab. A value, so that it can be kept over a reload. */
export type TerminalLayout = z.infer<typeof layoutSchema>;

export const emptyLayout: TerminalLayout = { tabs: [], active: null };

/** Pure. */
export function activeTab(layout: TerminalLayout): TerminalTab | undefined {
  return layout.tabs.find((tab) => tab.id === layout.active);
}

/** Pure. */
export function addTab(layout: TerminalLayout, shell: ShellId): TerminalLayout {
  return { tabs: [...layout.tabs, { id: shell, panes: [shell], active: shell }], active: shell };
}

function changeTab(layout: TerminalLayout, id: ShellId, change: (tab: TerminalTab) => TerminalTab): TerminalLayout {
  return { ...layout, tabs: layout.tabs.map((tab) => (tab.id === id ? change(tab) : tab)) };
}

/** Puts a shell beside the active one. Pure. */
export function splitTab(layout: TerminalLayout, shell: ShellId): TerminalLayout {
  if (layout.active === null) return addTab(layout, shell);
  return changeTab(layout, layout.active, (tab) => {
    const at = tab.panes.indexOf(tab.active) + 1;
    return { ...tab, panes: [...tab.panes.slice(0, at), shell, ...tab.panes.slice(at)], active: shell };
  });
}

/** The neighbour takes over what was selected; a tab without panes goes. Pure. */
export function closePane(layout: TerminalLayout, shell: ShellId): TerminalLayout {
  const at = layout.tabs.findIndex((tab) => tab.panes.includes(shell));
  const tab = layout.tabs[at];
  if (tab === undefined) return layout;
  const pane = tab.panes.indexOf(shell);
  const panes = tab.panes.filter((one) => one !== shell);
  const next = panes[Math.min(pane, panes.length - 1)];
  if (next !== undefined) {
    return changeTab(layout, tab.id, () => ({ ...tab, panes, active: tab.active === shell ? next : tab.active }));
  }
  const tabs = layout.tabs.filter((one) => one !== tab);
  const neighbour = tabs[Math.min(at, tabs.length - 1)];
  return { tabs, active: layout.active === tab.id ? (neighbour?.id ?? null) : layout.active };
}

/** A new shell where an ended one was. Pure. */
export function replacePane(layout: TerminalLayout, ended: ShellId, shell: ShellId): TerminalLayout {
  const swap = (id: ShellId): ShellId => (id === ended ? shell : id);
  return {
    active: layout.active === null ? null : swap(layout.active),
    tabs: layout.tabs.map((tab) => ({
      ...tab,
      id: swap(tab.id),
      panes: tab.panes.map(swap),
      active: swap(tab.active),
    })),
  };
}

/** Pure. */
export function selectPane(layout: TerminalLayout, shell: ShellId): TerminalLayout {
  const tab = layout.tabs.find((one) => one.panes.includes(shell));
  if (tab === undefined) return layout;
  return { ...changeTab(layout, tab.id, (one) => ({ ...one, active: shell })), active: tab.id };
}

/** Pure. An empty name gives the shell's own title back. */
export function renameTab(layout: TerminalLayout, id: ShellId, name: string): TerminalLayout {
  const short = name.trim().slice(0, 60);
  return changeTab(layout, id, ({ id: same, panes, active }) => ({
    id: same,
    panes,
    active,
    ...(short === '' ? {} : { name: short }),
  }));
}

/** What was kept, made to fit the shells that there are: gone ones leave, unknown ones get tabs. Pure. */
export function reconcileLayout(kept: TerminalLayout, shells: readonly ShellId[]): TerminalLayout {
  const there = new Set(shells);
  let layout = kept;
  for (const pane of kept.tabs.flatMap((tab) => tab.panes)) {
    if (!there.has(pane)) layout = closePane(layout, pane);
  }
  const shown = new Set(layout.tabs.flatMap((tab) => tab.panes));
  const active = layout.active;
  for (const shell of shells) {
    if (!shown.has(shell)) layout = addTab(layout, shell);
  }
  return active === null ? layout : { ...layout, active };
}
