import { describe, expect, it } from 'vitest';
import {
  activeTab,
  addTab,
  closePane,
  emptyLayout,
  layoutSchema,
  reconcileLayout,
  renameTab,
  replacePane,
  selectPane,
  splitTab,
} from './layout.ts';

const shell = (number: number): string => `s-${String(number).padStart(16, '0')}`;
const [a, b, c, d] = [shell(1), shell(2), shell(3), shell(4)];
const two = addTab(addTab(emptyLayout, a), b);

describe('the layout of terminals', () => {
  it('opens a tab beside the others and selects it', () => {
    expect(two.tabs.map((tab) => tab.panes)).toEqual([[a], [b]]);
    expect(two.active).toBe(b);
  });

  it('splits beside the active pane', () => {
    const split = splitTab(selectPane(splitTab(two, c), b), d);
    expect(activeTab(split)).toMatchObject({ panes: [b, d, c], active: d });
  });

  it('selects the neighbour of what is closed', () => {
    const split = splitTab(two, c);
    expect(activeTab(closePane(split, c))).toMatchObject({ panes: [b], active: b });
    expect(closePane(two, b).active).toBe(a);
    expect(closePane(closePane(two, b), a)).toEqual(emptyLayout);
    expect(closePane(selectPane(two, a), b).active).toBe(a);
  });

  it('keeps a tab whose first pane closes', () => {
    const closed = closePane(splitTab(two, c), b);
    expect(activeTab(closed)).toMatchObject({ panes: [c], active: c });
  });

  it('puts a new shell where an ended one was', () => {
    expect(replacePane(two, b, d)).toEqual(addTab(addTab(emptyLayout, a), d));
  });

  it('renames, and gives the title back', () => {
    const named = renameTab(two, b, '  build  ');
    expect(activeTab(named)?.name).toBe('build');
    expect(renameTab(named, b, ' ')).toEqual(two);
  });

  it('fits what was kept to the shells that there are', () => {
    expect(reconcileLayout(two, [a, c]).tabs.map((tab) => tab.panes)).toEqual([[a], [c]]);
    expect(reconcileLayout(two, [b, a, c]).active).toBe(b);
    expect(reconcileLayout(emptyLayout, [a]).active).toBe(a);
    expect(reconcileLayout(two, [])).toEqual(emptyLayout);
  });

  it('stays what the store of a browser may hold', () => {
    const kept: unknown = JSON.parse(JSON.stringify(renameTab(splitTab(two, c), b, 'x')));
    expect(layoutSchema.parse(kept)).toEqual(kept);
  });
});
