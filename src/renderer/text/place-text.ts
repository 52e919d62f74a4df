import { findServer, formatHop, type SshHop, type Target } from '../../shared/model/target.ts';
import { en } from './en.ts';

/** A place in the fewest words that tell it from others. Pure. */
export function formatPlace(target: Target): string {
  return format(target, ({ host }) => host);
}

/** The same with who signs in there. Pure. */
export function formatLogin(target: Target): string {
  return format(target, formatHop);
}

/** A place as a run's log writes it: `ssh://…`, `docker+ssh://…`. Pure. */
export function formatRunPlace(place: string): string {
  if (place === 'local') return en.places.local;
  if (place === 'docker') return en.places.docker;
  const server = place.replace(/^(docker\+)?ssh:\/\//, '');
  return place.startsWith('docker+') ? en.places.dockerOn(server) : server;
}

function format(target: Target, say: (hop: SshHop) => string): string {
  const server = findServer(target);
  if (server === undefined) return target.kind === 'docker' ? en.places.docker : en.places.local;
  return target.kind === 'docker' ? en.places.dockerOn(say(server)) : say(server);
}
