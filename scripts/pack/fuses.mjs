import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

/**
 * Switches in Electron's program that nothing can turn back at run time, by the names that electron-builder gives them. An
 * Electron that does not know one of them stops the packing.
 */
export const wantedFuses = Object.freeze({
  /** Whoever can start the app could otherwise run any script under its name, and in its keychain entry. */
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  /** Read by Electron on macOS and Windows; elsewhere it is set and means nothing. */
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  loadBrowserProcessSpecificV8Snapshot: false,
  /** Pages of ours come from a scheme of ours, never from file://. */
  grantFileProtocolExtraPrivileges: false,
  /**
   * No cookie holds anything of ours or of OpenClaw's dashboard, which keeps its device token elsewhere. To encrypt them, the
   * keychain would be asked at every start, before the window opens.
   */
  enableCookieEncryption: false,
});

/** @type {Record<keyof typeof wantedFuses, FuseV1Options>} */
const places = {
  runAsNode: FuseV1Options.RunAsNode,
  enableNodeOptionsEnvironmentVariable: FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  enableNodeCliInspectArguments: FuseV1Options.EnableNodeCliInspectArguments,
  enableEmbeddedAsarIntegrityValidation: FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
  onlyLoadAppFromAsar: FuseV1Options.OnlyLoadAppFromAsar,
  loadBrowserProcessSpecificV8Snapshot: FuseV1Options.LoadBrowserProcessSpecificV8Snapshot,
  grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges,
  enableCookieEncryption: FuseV1Options.EnableCookieEncryption,
};

/**
 * What a program on the disk has, undefined for a fuse that it does not know.
 * @param {string} program Electron's own file, or the `.app` around it
 * @returns {Promise<Partial<Record<string, boolean>>>}
 */
export async function readFuses(program) {
  const wire = await getCurrentFuseWire(program);
  return Object.fromEntries(
    Object.entries(places).map(([name, place]) => {
      const state = wire[place];
      const known = state === FuseState.ENABLE || state === FuseState.DISABLE;
      return [name, known ? state === FuseState.ENABLE : undefined];
    }),
  );
}

/**
 * Reads a packed program back.
 * @param {string} program
 */
export async function checkFuses(program) {
  const found = await readFuses(program);
  const wrong = Object.entries(wantedFuses).filter(([name, wanted]) => found[name] !== wanted);
  if (wrong.length > 0) {
    throw new Error(`Fuses of ${program} are not as they should be: ${wrong.map(([name]) => name).join(', ')}`);
  }
}
