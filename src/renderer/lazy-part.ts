import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { CallError, fromCatalogue } from './client/call-error.ts';

/** What comes when it is first looked at. Where it does not come, the door has ended, or is another version by now. */
export function lazyPart<P>(fetchPart: () => Promise<ComponentType<P>>): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => {
    try {
      return { default: await fetchPart() };
    } catch (error) {
      throw new CallError({ ...fromCatalogue('door.connection-lost'), details: { reason: String(error) } });
    }
  });
}
