import type { FoundInstall } from '../../core/index.ts';
import type { FoundInstallView, importCalls } from '../../shared/contract/import.ts';
import type { Handlers, PanelContext } from '../context.ts';
import { viewPreview, wrapSecrets } from '../views.ts';

function viewFound({ problem, ...found }: FoundInstall, report: PanelContext['report']): FoundInstallView {
  return { ...found, ...(problem === undefined ? {} : { problem: report(problem) }) };
}

export const importHandlers: Handlers<keyof typeof importCalls> = {
  'import.look': async ({ draftId, target, secrets: given, trustHostKeys }, { panel, session }) => {
    const secrets = wrapSecrets(given);
    panel.masks.add(Object.values(secrets));
    const found = await session.drafts.make(draftId, (signal) =>
      panel.core.imports.look(target, { secrets, trustHostKeys, signal }),
    );
    return found.map((one) => viewFound(one, panel.report));
  },
  'import.preview': async ({ draftId, target, name, which, changes, secrets: given, trustHostKeys }, context) => {
    const { panel, session } = context;
    const secrets = wrapSecrets(given);
    panel.masks.add(Object.values(secrets));
    const shown = await session.drafts.make(draftId, (signal) =>
      panel.core.imports.preview({ target, name, which, changes }, { secrets, trustHostKeys, signal }),
    );
    return viewPreview(shown, panel.report);
  },
  'import.start': async ({ previewId }, { panel }) => ({
    runId: await panel.runs.begin((options) => panel.core.imports.start(previewId, options)),
  }),
};
