import { expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { CODE_OF_21 } from '../../../test/cli/scan-codes.ts';
import { createTalk } from '../models/gateway-talk.ts';
import { createChannelLogin } from './channel-login.ts';

/** With the words of OpenClaw's own plugin for WhatsApp. */
function openPhone(isLinked: boolean) {
  const phone = { isLinked, asked: [] as [string, unknown][], noted: [] as string[] };
  const gateway = {
    call: (method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
      phone.asked.push([method, params]);
      if (method === 'web.login.wait') {
        phone.isLinked = true;
        return Promise.resolve({ connected: true, message: 'Linked! WhatsApp is ready.' });
      }
      if (phone.isLinked && params['force'] !== true)
        return Promise.resolve({ message: 'WhatsApp is already linked (+49…). Say “relink” if you want a fresh QR.' });
      phone.isLinked = false;
      return Promise.resolve({ qrDataUrl: CODE_OF_21, message: 'Scan this QR in WhatsApp → Linked Devices.' });
    },
  };
  const login = createChannelLogin({
    withGateway: (_name, _options, work) => work(createTalk(anInstance(), gateway, undefined)),
    deeds: { note: (_id, what) => Promise.resolve(void phone.noted.push(what)) },
  });
  return { phone, login };
}

it('shows a code, waits for the scan of that one, and writes down that there was one', async () => {
  const { phone, login } = openPhone(false);
  const code = await login.beginLogin('research', 'whatsapp');
  expect(code).toEqual({ connected: false, says: expect.stringContaining('Scan this QR') as unknown, qr: CODE_OF_21 });
  expect(await login.awaitLogin('research', 'whatsapp', code)).toMatchObject({ connected: true });
  expect(phone.asked.at(-1)).toEqual([
    'web.login.wait',
    expect.objectContaining({ channel: 'whatsapp', currentQrDataUrl: CODE_OF_21 }),
  ]);
  expect(phone.noted).toEqual(['Channel whatsapp: linked to a phone']);
});

it('does not unlink a phone that is linked, unless that is asked for', async () => {
  const { phone, login } = openPhone(true);
  expect(await login.beginLogin('research', 'whatsapp')).toEqual({
    connected: false,
    says: expect.stringContaining('already linked') as unknown,
  });
  expect([phone.isLinked, phone.noted]).toEqual([true, []]);
  expect((await login.beginLogin('research', 'whatsapp', { anew: true })).qr).toBe(CODE_OF_21);
  expect(phone.noted).toEqual(['Channel whatsapp: unlinked from its phone, to link it anew']);
});

it('links the phone of the account that was named', async () => {
  const { phone, login } = openPhone(false);
  const code = await login.beginLogin('research', 'whatsapp', { account: 'work' });
  await login.awaitLogin('research', 'whatsapp', code, { account: 'work' });
  expect(phone.asked).toEqual([
    ['web.login.start', expect.objectContaining({ channel: 'whatsapp', accountId: 'work' })],
    ['web.login.wait', expect.objectContaining({ channel: 'whatsapp', accountId: 'work' })],
  ]);
  expect(phone.noted).toEqual(['Channel whatsapp (work): linked to a phone']);
});
