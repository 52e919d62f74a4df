import type { diagnosisCalls } from '../../shared/contract/diagnosis.ts';
import { diagnosisSchema, doctorDiffSchema } from '../../shared/model/diagnosis.ts';
import type { Handlers } from '../context.ts';

export const diagnosisHandlers: Handlers<keyof typeof diagnosisCalls> = {
  'diagnosis.look': async ({ instanceId, depth }, { panel, session }) => {
    const { name } = await panel.find(instanceId);
    return diagnosisSchema.parse(await panel.core.diagnosis.look(name, depth, { signal: session.signal }));
  },
  'diagnosis.doctorDiff': async ({ instanceId }, { panel, session }) => {
    const { name } = await panel.find(instanceId);
    return doctorDiffSchema.parse(await panel.core.diagnosis.doctorDiff(name, { signal: session.signal }));
  },
  'diagnosis.bundle': async ({ instanceId }, { panel, session }) => {
    const { name } = await panel.find(instanceId);
    const { id, fileName, files } = await panel.core.diagnosis.bundle(name, { signal: session.signal });
    return { bundleId: id, fileName, files: files.map(({ path, text }) => ({ path, text })) };
  },
  'diagnosis.saveBundle': async ({ bundleId }, { panel }) => {
    const { fileName, archive } = panel.core.diagnosis.keptBundle(bundleId);
    if (panel.actions.saveFile === undefined) return { saved: false, archive: archive.toString('base64') };
    return { saved: await panel.actions.saveFile(fileName, archive) };
  },
};
