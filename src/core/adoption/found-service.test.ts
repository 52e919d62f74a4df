import { describe, expect, it } from 'vitest';
import { parseExistingServices, parseUnitText } from '../facts/existing-services.ts';
import { layoutServer, serverEnvironment, serverLayout } from '../openclaw/server-layout.ts';
import { layoutFound } from './found-service.ts';
import { findOurs } from './server-adopter.ts';

const UNIT = `[Service]
ExecStart=/home/anna/.nvm/versions/node/v24.1.0/bin/node --max-old-space-size=2048 "/home/anna/.nvm/versions/node/v24.1.0/lib/node_modules/openclaw/dist/index.js" gateway --port 18790
Environment=HOME=/home/anna
Environment="OPENCLAW_GATEWAY_PORT=18790" OPENCLAW_SERVICE_MARKER=openclaw
EnvironmentFile=-%h/.openclaw/gateway.env
Restart=always
`;
const service = {
  user: 'anna',
  home: '/home/anna',
  unit: 'openclaw-gateway.service',
  unitPath: '/home/anna/.config/systemd/user/openclaw-gateway.service',
};

describe('A gateway that systemd runs for an account', () => {
  it('is read from the list of accounts, its unit whole', () => {
    const line = ['unit', 'anna', '/home/anna', service.unitPath, Buffer.from(UNIT).toString('base64')].join('\t');
    expect(parseExistingServices(`${line}\nend\n`)).toEqual([{ ...service, text: UNIT }]);
    expect(parseExistingServices('end\n')).toEqual([]);
  });

  it('has its things where its unit starts them from', () => {
    const said = parseUnitText(UNIT);
    expect(said.env).toMatchObject({ OPENCLAW_GATEWAY_PORT: '18790', OPENCLAW_SERVICE_MARKER: 'openclaw' });
    expect(said.envFiles).toEqual(['%h/.openclaw/gateway.env']);
    const adopted = layoutFound({ ...service, text: UNIT }, said);
    expect(adopted).toMatchObject({
      node: '/home/anna/.nvm/versions/node/v24.1.0/bin/node',
      packageDir: '/home/anna/.nvm/versions/node/v24.1.0/lib/node_modules/openclaw',
      stateDir: '/home/anna/.openclaw',
      configPath: '/home/anna/.openclaw/openclaw.json',
    });
    const layout = layoutServer({ adopted });
    expect(layout).toMatchObject({
      user: 'anna',
      nodeDir: '/home/anna/.nvm/versions/node/v24.1.0',
      npmPrefix: '/home/anna/.nvm/versions/node/v24.1.0',
      openclaw: '/home/anna/.nvm/versions/node/v24.1.0/lib/node_modules/openclaw/openclaw.mjs',
      ownDir: serverLayout.ownDir,
    });
    expect(serverEnvironment(layout)).toEqual({
      PATH: '/home/anna/.nvm/versions/node/v24.1.0/bin:/home/anna/.nvm/versions/node/v24.1.0/bin:/usr/local/bin:/usr/bin:/bin',
    });
  });

  it('of a profile, OpenClaw is told where its state lies', () => {
    const said = parseUnitText(UNIT.replace('[Service]', '[Service]\nEnvironment=OPENCLAW_PROFILE=work'));
    const layout = layoutServer({ adopted: layoutFound({ ...service, text: '' }, said) });
    expect(serverEnvironment(layout)).toMatchObject({
      OPENCLAW_STATE_DIR: '/home/anna/.openclaw-work',
      OPENCLAW_CONFIG_PATH: '/home/anna/.openclaw-work/openclaw.json',
    });
  });

  it('that is started in another way is refused', () => {
    for (const start of ['/usr/bin/openclaw gateway', '/usr/bin/node /opt/openclaw/dist/index.js node run']) {
      const said = parseUnitText(`[Service]\nExecStart=${start}\n`);
      expect(() => layoutFound({ ...service, text: '' }, said)).toThrow(
        expect.objectContaining({ code: 'import.layout' }),
      );
    }
  });

  it('is ours by the mark of the server, and only at our own place', () => {
    const claim = { name: 'research' };
    expect(findOurs(service, claim, [])).toBeUndefined();
    expect(findOurs({ ...service, unitPath: serverLayout.unitPath }, claim, [])).toEqual({ ours: 'research' });
    expect(findOurs({ ...service, unitPath: serverLayout.unitPath }, undefined, [])).toBeUndefined();
  });

  it('nothing is another for an instance of ours', () => {
    expect(layoutServer({})).toBe(serverLayout);
  });
});
