import type { AdoptedCannot } from '../../shared/model/adoption.ts';
import { text } from '../text/index.ts';
import { Panel } from './panel.tsx';

interface AdoptedNoteProps {
  readonly heading: string;
  readonly what: AdoptedCannot;
}

/** In the place of what an adopted instance cannot be asked for: why, and what to do instead. */
export function AdoptedNote({ heading, what }: AdoptedNoteProps) {
  return (
    <Panel heading={heading}>
      <p>{text.import.cannot(what)}</p>
      <p>{text.import.way}</p>
    </Panel>
  );
}
