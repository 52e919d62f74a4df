import { AppError } from '../../../shared/app-error.ts';
import type { Instance } from '../../../shared/model/instance.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { caddyFact, type Caddy } from '../../facts/caddy.ts';
import type { FactReader } from '../../facts/fact.ts';
import { fileFact } from '../../facts/file.ts';
import { folderFact } from '../../facts/folder.ts';
import { presenceFact } from '../../facts/presence.ts';
import { changeScript, type Command } from '../../host/command.ts';
import { exec, expectOk, lastLines, type ExecResult } from '../../host/exec.ts';
import type { Host } from '../../host/host.ts';
import { CADDY_DIR, CADDY_OPTIONS, CADDYFILE, layoutCaddyFiles, layoutRequestLog } from '../../ingress/caddy-layout.ts';
import { editCaddyfile, findAdmin } from '../../ingress/caddyfile.ts';
import { buildSharedOptions, buildSiteFile, buildSiteOptions, type Site } from '../../ingress/site-file.ts';
import type { Step } from '../step.ts';
import { CLOSE_SITE, EXIT_CHANGED_MEANWHILE, EXIT_REFUSED, SWAP_SITE } from './caddy-site-script.ts';

export interface WantedSite {
  readonly site: Site;
  /** PEM; goes where `site.acme.rootFile` says. */
  readonly rootCertificate?: string;
}

interface Files {
  readonly caddyfile: string;
  /** Absent: such a file must not be there. */
  readonly site?: string;
  readonly options?: string;
  readonly root?: string;
  readonly shared?: string;
}

/** The site of an instance in the Caddy of its server, or (without `wanted`) nothing of it. */
export function caddySiteStep(instance: Pick<Instance, 'id' | 'name'>, wanted: WantedSite | undefined): Step {
  const paths = layoutCaddyFiles(instance);
  const caddy = caddyFact();
  const folder = folderFact(CADDY_DIR);
  const [caddyfile, site, options, root] = [CADDYFILE, paths.site, paths.options, paths.root].map(fileFact) as [
    ReturnType<typeof fileFact>,
    ReturnType<typeof fileFact>,
    ReturnType<typeof fileFact>,
    ReturnType<typeof fileFact>,
  ];
  const shared = fileFact(CADDY_OPTIONS);
  const leftovers = presenceFact([paths.pending, paths.closed, layoutRequestLog(instance).dir]);

  const plan = async (read: FactReader['read']): Promise<Files> => {
    const before = (await read(caddyfile))?.text ?? '';
    const others = (await read(folder)).filter((path) => ![paths.site, paths.options, CADDY_OPTIONS].includes(path));
    const optionsText = wanted === undefined ? undefined : buildSiteOptions(wanted.site);
    const sites = wanted !== undefined || others.some((path) => path.endsWith('.caddy'));
    // What somebody has said of the admin interface stays so; without the home there is no place for the socket.
    const { hasHome } = await read(caddy);
    const sharedText = sites && hasHome && findAdmin(before) === undefined ? buildSharedOptions() : undefined;
    const imports = {
      sites,
      options:
        optionsText !== undefined || sharedText !== undefined || others.some((path) => path.endsWith('.options')),
    };
    return {
      caddyfile: editCaddyfile(before, imports),
      ...(wanted === undefined ? {} : { site: buildSiteFile(withPlaces(wanted.site, { hasHome }), await read(caddy)) }),
      ...(optionsText === undefined ? {} : { options: optionsText }),
      ...(wanted?.rootCertificate === undefined ? {} : { root: wanted.rootCertificate }),
      ...(sharedText === undefined ? {} : { shared: sharedText }),
    };
  };
  return {
    id: 'caddy-site',
    title: wanted === undefined ? 'Take the site out of Caddy' : `Let Caddy serve https://${wanted.site.host}`,
    facts: [caddy, folder, caddyfile, site, options, root, shared, leftovers],
    timeoutMs: 2 * 60_000,
    async check({ read }) {
      const { service } = await read(caddy);
      const left = await read(leftovers);
      if (wanted === undefined && left.length > 0) return needed('Caddy has something of it');
      if (left.includes(paths.closed)) return needed('the site is closed');
      if (left.includes(paths.pending)) return needed('Caddy has not read its files since they were written');
      const files = await plan(read);
      const same =
        ((await read(caddyfile))?.text ?? '') === files.caddyfile &&
        (await read(site))?.text === files.site &&
        (await read(options))?.text === files.options &&
        (await read(root))?.text === files.root &&
        (await read(shared))?.text === files.shared;
      if (!same) return needed(wanted === undefined ? 'Caddy serves it' : 'Caddy does not serve it yet');
      if (wanted !== undefined && service !== 'running') return needed('Caddy does not run');
      return satisfied(wanted === undefined ? 'Caddy knows nothing of it' : 'Caddy serves it');
    },
    async apply({ read, change }) {
      const files = await plan(read);
      if ((await read(caddy)).service === 'other') throw foreignConfiguration();
      const texts = [files.caddyfile, files.site ?? '', files.options ?? '', files.root ?? '', files.shared ?? ''];
      const base = (await read(caddyfile))?.sha256 ?? '';
      const own = paths.site.replace(/\.caddy$/, '');
      const result = await change(
        changeScript(SWAP_SITE, [CADDY_DIR, own, CADDYFILE, base, ...texts.map((text) => Buffer.byteLength(text))], {
          runAs: 'root',
          env: { LC_ALL: 'C' },
        }),
        { input: texts.join(''), quiet: true, doing: `Writing ${paths.site} and having Caddy read it` },
      );
      expectAccepted(result);
    },
  };
}

/** Without the home of its account there is no place where Caddy could count. */
function withPlaces({ requests, ...site }: Site, { hasHome }: Pick<Caddy, 'hasHome'>): Site {
  return requests !== undefined && hasHome ? { ...site, requests } : site;
}

/** Closes the way to an instance at once, without a lease; `caddySiteStep` opens it again. Fine where there is none. */
export async function closeSite(
  host: Host,
  instance: Pick<Instance, 'id' | 'name'>,
  signal?: AbortSignal,
): Promise<void> {
  const options = { timeoutMs: 20_000, ...(signal === undefined ? {} : { signal }) };
  expectOk(await exec(host, closeCommand(instance), options), 'Closing the site');
}

/** For a plan that suspends: the site is closed, as `closeSite` has done it or would. */
export function closedSiteStep(instance: Pick<Instance, 'id' | 'name'>): Step {
  const { site } = layoutCaddyFiles(instance);
  const open = presenceFact([site]);
  return {
    id: 'closed-site',
    title: 'Close the way of visitors',
    facts: [open],
    timeoutMs: 60_000,
    async check({ read }) {
      return (await read(open)).length === 0
        ? satisfied('Caddy does not serve it')
        : needed('Caddy serves it', 'restart');
    },
    async apply({ changeOk }) {
      await changeOk('Closing the site', closeCommand(instance));
    },
  };
}

function closeCommand(instance: Pick<Instance, 'id' | 'name'>): Command {
  const own = layoutCaddyFiles(instance).site.replace(/\.caddy$/, '');
  return changeScript(CLOSE_SITE, [own], { runAs: 'root', env: { LC_ALL: 'C' } });
}

/** What tells that this Caddy does not read the file that ours are named in. */
export function foreignConfiguration(): AppError {
  return new AppError('ingress.caddy-config', {
    message: `The Caddy of this machine does not take its configuration from ${CADDYFILE}.`,
    hint: 'Let the service caddy.service read that file, or use the private tunnel.',
  });
}

/** @throws AppError `ingress.port-busy`, `ingress.caddy-config`, or what `expectOk` throws */
function expectAccepted(result: ExecResult): void {
  const words = lastLines(result);
  if (result.code === EXIT_CHANGED_MEANWHILE) {
    throw new AppError('ingress.caddy-config', {
      message: 'The Caddyfile was changed by somebody else in this moment.',
      hint: 'Try again.',
    });
  }
  if (result.code === EXIT_REFUSED) {
    const busy = words.some((line) => /address already in use/i.test(line));
    throw new AppError(busy ? 'ingress.port-busy' : 'ingress.caddy-config', { details: { caddy: words } });
  }
  expectOk(result, 'Changing the sites of Caddy');
}
