import type { ContainerEngine } from '../container-engine/container-engine.ts';
import { parseConfig, readSetting } from '../openclaw/config-document.ts';
import type { ContainerLayout } from '../openclaw/container-layout.ts';
import { appendElement } from '../openclaw/json5-edit.ts';
import { readText, replaceText } from '../steps/docker/state-files.ts';

/** A door that is a page itself opens the dashboard by the other name, so that neither gets the cookies of the other. */
const NAMES = ['127.0.0.1', 'localhost'] as const;
const ORIGINS = ['gateway', 'controlUi', 'allowedOrigins'] as const;

/**
 * Lets a page in that comes from this port of a person's own computer. A gateway in a container does not see that it is one
 * of its own machine, and so believes no loopback address that its configuration does not name; it takes the change at once.
 */
export async function admitOrigin(
  engine: ContainerEngine,
  { container, configPath, uid, gid }: ContainerLayout,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const text = await readText(engine, container, configPath, signal);
  if (text === undefined) return;
  const known: unknown = readSetting(parseConfig(text).value, [...ORIGINS]);
  if (!Array.isArray(known)) return;
  const missing = NAMES.map((name) => `http://${name}:${String(port)}`).filter((origin) => !known.includes(origin));
  if (missing.length === 0) return;
  const wanted = missing.reduce((before, origin) => appendElement(before, [...ORIGINS], origin), text);
  await replaceText(engine, container, configPath, wanted, { keepOld: false, signal, owner: { uid, gid } });
}
