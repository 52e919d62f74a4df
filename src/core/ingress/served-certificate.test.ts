import { expect, test } from 'vitest';
import { describeCertificate, isInForce } from './served-certificate.ts';

const certificate = {
  issuer: "C=US\nO=Let's Encrypt\nCN=YE1",
  validFrom: 'Nov 1 00:00:00 2026 GMT',
  validTo: 'Nov 7 00:00:00 2026 GMT',
};
const at = (text: string): number => Date.parse(`${text}Z`);

test('who signed it, and until when', () => {
  expect(describeCertificate(certificate, 'claw.example.com', at('2026-11-02T00:00'))).toEqual({
    subject: 'claw.example.com',
    issuer: "Let's Encrypt YE1",
    notBefore: '2026-11-01T00:00:00.000Z',
    notAfter: '2026-11-07T00:00:00.000Z',
    isOverdue: false,
  });
});

test('overdue is what should have been renewed, with time left to do something', () => {
  const isOverdue = (now: string): boolean => describeCertificate(certificate, 'a.example', at(now)).isOverdue;
  // Caddy begins at two thirds of its life: four days.
  expect(isOverdue('2026-11-05T00:30')).toBe(false);
  expect(isOverdue('2026-11-05T07:00')).toBe(true);
});

test('in force from its first second to its last', () => {
  expect(isInForce(certificate, at('2026-10-31T23:59'))).toBe(false);
  expect(isInForce(certificate, at('2026-11-01T00:00'))).toBe(true);
  expect(isInForce(certificate, at('2026-11-07T00:00'))).toBe(false);
});
