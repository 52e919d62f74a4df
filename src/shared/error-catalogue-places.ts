import { failed, refused, type CatalogueEntry } from './error-entry.ts';

/** What can go wrong with containers, and with the way in from outside. */
export const placeErrors = {
  'engine.missing': refused(
    'There is no Docker engine here.',
    'Install Docker (on a server Hardshell can do it), or choose another place.',
    true,
  ),
  'engine.unreachable': failed('The Docker engine does not answer.', 'Check that Docker is running, then try again.'),
  'engine.denied': refused(
    'This account may not speak with the Docker engine.',
    'Add the account to the group docker and sign in again, or use one that may.',
    true,
  ),
  'engine.too-old': refused('This Docker engine is too old.', 'Docker 20.10 (API 1.41) or newer is needed.'),
  'engine.changed': refused(
    'Another Docker engine answers here than the one that this instance was made on.',
    'Switch the Docker context back, or deploy the instance under another name.',
  ),
  'engine.not-found': failed(
    'The Docker engine does not have that any more.',
    'Deploy again: what is missing is made anew, and kept data is used again.',
  ),
  'engine.conflict': failed(
    'Something on the Docker engine stands in the way.',
    'The details name it. Look whose it is before you remove it.',
  ),
  'engine.failed': failed('The Docker engine answered with an error.', 'Its own words are in the details.'),
  'engine.port-taken': failed(
    'The port was taken by another program in this moment.',
    'Try again: another free port is chosen, or name one with --port.',
  ),
  'engine.subnet-taken': failed(
    'No address range is free for the network of this instance.',
    'Remove networks that are not used any more (`docker network prune`), then try again.',
  ),
  'image.not-found': refused('There is no such image.', 'Check the reference and its tag.'),
  'image.denied': refused(
    'The registry does not give this image to us.',
    'Sign in with `docker login` on the machine of the engine, or build the image with --image build.',
  ),
  'image.unreachable': failed(
    'The registry of the image could not be reached.',
    'Check the network of the engine, or build the image there with --image build.',
  ),
  'image.gone': failed('The image is not on the engine any more.', 'Run the same command again: it is fetched anew.'),
  'image.build-failed': failed('Building the image failed.', 'The last lines of its output say why.'),
  'image.foreign': refused(
    'This image does not hold an OpenClaw that Hardshell can start.',
    'Use the official image, or one with `openclaw` on its PATH.',
  ),
  'container.oom': failed(
    'The container ran out of its memory and was killed.',
    'Give it more with `hardshell limits NAME --memory 3g`, then start it again.',
  ),
  'container.gone': failed(
    'The container was removed by somebody else. Its data is still there.',
    'Deploy again: a new container takes over the data.',
  ),
  'instance.suspended': refused(
    'This instance is suspended.',
    'Nothing starts it but `hardshell resume NAME`, or Resume in the app.',
  ),
  'guard.unsupported': refused(
    'This limit cannot be watched there.',
    'Set another one: what can be watched depends on where the instance lives.',
  ),
  'ingress.dns': refused(
    'The name does not lead to this machine.',
    'Set the A record (and AAAA, if there is one) to the address in the details, wait some minutes, then try again.',
    true,
  ),
  'ingress.port-busy': refused(
    'Another program holds port 80 or 443 of this machine.',
    'Certificates need both. Stop that program, or use the private tunnel.',
    true,
  ),
  'ingress.caddy-old': refused('The Caddy of this machine is too old.', 'Caddy 2.10.1 or newer is needed for this.'),
  'ingress.caddy-config': failed(
    'Caddy does not accept the configuration, so the old one stays in force.',
    'The details quote Caddy. Mend the named line of the Caddyfile, then try again.',
  ),
  'ingress.certificate': failed(
    'The certificate authority did not give a certificate.',
    'The details quote it. Check that ports 80 and 443 are reachable from the internet, then try again.',
  ),
  'ingress.unsupported': refused(
    'This place cannot be reached from outside by itself.',
    'HTTPS is for servers and for Docker; on this computer use the dashboard here, or a tunnel.',
  ),
  'cloudflare.token-rejected': refused(
    'Cloudflare does not accept this token.',
    'Make one with Zone / DNS / Edit for that zone, or set the record by hand.',
  ),
  'cloudflare.failed': failed('Cloudflare answered with an error.', 'Its own words are in the details.'),
  'exposure.open': failed(
    'Something is reachable from outside that should not be.',
    'The finding names it and says how to close it.',
  ),
} as const satisfies Readonly<Record<string, CatalogueEntry>>;
