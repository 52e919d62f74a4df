import { expect, test } from 'vitest';
import { findOpenPorts, parsePublished } from './published-ports.ts';

test('what docker ps says of published ports', () => {
  const text = `web|||0.0.0.0:8080->80/tcp, [::]:8080->80/tcp, 443/tcp
openclaw-a-01234567|i-0123456789abcdef|gateway|127.0.0.1:18801->18789/tcp
range|||0.0.0.0:8000-8002->9000-9002/tcp, :::8000-8002->9000-9002/tcp
dns|||0.0.0.0:53->53/udp
quiet|||
end
`;
  const found = parsePublished(text);
  expect(found.map(({ name }) => name)).toEqual(['web', 'openclaw-a-01234567', 'range', 'dns', 'quiet']);
  expect(found.map(findOpenPorts)).toEqual([[8080], [], [8000, 8001, 8002], [], []]);
  expect(found[0]).toEqual({
    name: 'web',
    instance: undefined,
    role: undefined,
    ports: [
      { address: '0.0.0.0', port: 8080, containerPort: 80 },
      { address: '::', port: 8080, containerPort: 80 },
    ],
  });
  expect(found[1]).toMatchObject({ instance: 'i-0123456789abcdef', role: 'gateway' });
  expect(found[2]?.ports[1]).toEqual({ address: '0.0.0.0', port: 8001, containerPort: 9001 });
});

test('a machine without Docker', () => {
  expect(parsePublished('end\n')).toEqual([]);
});
