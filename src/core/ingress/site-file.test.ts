import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InstanceId } from '../../shared/model/ids.ts';
import { layoutRequestLog } from './caddy-layout.ts';
import { buildSiteFile, buildSiteOptions, describeLimit, type Site } from './site-file.ts';

const plain = { hasRateLimit: false };
const withModule = { hasRateLimit: true };
const site: Site = { host: 'claw.example.com', upstream: '127.0.0.1:18789', limits: {} };

describe('a site of Caddy', () => {
  test('a name: certificates are Caddy’s own affair, what a visitor claims to be is overwritten', () => {
    expect(buildSiteFile(site, plain))
      .toBe(`# Written by Hardshell. It writes this file again: changes by hand are lost.
https://claw.example.com {
	route {
		reverse_proxy 127.0.0.1:18789 {
			header_up X-Forwarded-For {http.request.remote.host}
			header_up X-Forwarded-Proto https
			header_up X-Forwarded-Host claw.example.com
			header_up -X-Real-IP
			header_up -Forwarded
			flush_interval -1
			stream_close_delay 24h
		}
	}
}
`);
    expect(buildSiteOptions(site)).toBeUndefined();
  });

  test('an address: six days, from an authority that signs addresses; whoever names no host means it', () => {
    const text = buildSiteFile(
      {
        ...site,
        host: '2001:db8::7',
        email: 'me@example.com',
        acme: { directory: 'https://10.0.0.1:14000/dir', rootFile: '/etc/caddy/hardshell.d/root.pem' },
      },
      plain,
    );
    expect(text).toContain(`https://[2001:db8::7] {
	tls {
		issuer acme {
			dir https://10.0.0.1:14000/dir
			trusted_roots /etc/caddy/hardshell.d/root.pem
			email me@example.com
			profile shortlived
		}
	}
`);
    expect(text).toContain('X-Forwarded-Host [2001:db8::7]\n');
    expect(buildSiteOptions({ host: '2001:db8::7' })).toBe('default_sni 2001:db8::7\n');
    expect(buildSiteFile({ ...site, host: '203.0.113.7' }, plain)).toContain('profile shortlived');
  });

  test('limits: in the order in which they turn visitors away', () => {
    const limits = { rate: 5, burst: 20, connections: 30, bodyBytes: 4096, allow: ['10.0.0.0/8', '2001:db8::/32'] };
    const lines = buildSiteFile({ ...site, limits }, withModule)
      .split('\n')
      .map((line) => line.trim());
    expect(lines.slice(2, 14)).toEqual([
      'route {',
      '@outside not remote_ip 10.0.0.0/8 2001:db8::/32',
      'respond @outside "Not open to this address." 403',
      'rate_limit {',
      'zone claw.example.com {',
      'key {http.request.remote.host}',
      'events 20',
      'window 4000ms',
      '}',
      '}',
      'request_body {',
      'max_size 4096',
    ]);
    expect(lines).toContain('unhealthy_request_count 30');
    expect(describeLimit(limits, withModule)).toBe('rate');
  });

  test('requests are counted by a log that says nothing else, named in the route; who is turned away is no visitor', () => {
    const requests = layoutRequestLog({ id: 'i-1234567890abcdef' as InstanceId, name: 'Claw' });
    const text = buildSiteFile({ ...site, requests, limits: { allow: ['10.0.0.0/8'] } }, plain);
    expect(text).toContain(`https://claw.example.com {
	log hardshell-claw-12345678 {
		no_hostname
		output file /var/lib/caddy/hardshell/claw-12345678/requests.log {
			roll_size 16MiB
			roll_uncompressed
			roll_keep 1
		}
		format filter {
			request delete
			resp_headers delete
			user_id delete
			bytes_read delete
			duration delete
			size delete
			status delete
		}
	}
	route {
		@outside not remote_ip 10.0.0.0/8
		log_skip @outside
		respond @outside "Not open to this address." 403
		log_name hardshell-claw-12345678
		reverse_proxy `);
    const closed = buildSiteFile({ ...site, requests, limits: { allow: [] } }, plain);
    expect(closed).toContain('\t\tlog_skip\n\t\trespond "Not open');
    expect(() => buildSiteFile({ ...site, requests: { ...requests, name: 'a b' } }, plain)).toThrow(TypeError);
  });

  test('an empty list lets nobody in', () => {
    expect(buildSiteFile({ ...site, limits: { allow: [] } }, plain)).toContain(
      'respond "Not open to this address." 403',
    );
  });

  test('without the module a burst limits what is under way at once', () => {
    const limits = { rate: 5, burst: 20 };
    const text = buildSiteFile({ ...site, limits }, plain);
    expect(text).not.toContain('rate_limit');
    expect(text).toContain('unhealthy_request_count 20');
    expect(describeLimit(limits, plain)).toBe('connections');
    expect(describeLimit({}, plain)).toBeUndefined();
    // A rate alone says nothing about how many there may be at once.
    expect(describeLimit({ rate: 5 }, plain)).toBeUndefined();
  });

  test('no value becomes anything else than one word of the configuration', () => {
    const awkward = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            'a',
            '.',
            '-',
            ' ',
            '\n',
            '\t',
            '{',
            '}',
            '"',
            '`',
            '#',
            '\\',
            '$',
            '/',
            '@',
            ':',
            '1',
            '[',
            ']',
          ),
        )
        .map((parts) => parts.join('')),
      fc.constantFrom(
        'claw.example.com\nimport /etc/passwd',
        '{$HOME}.example.com',
        'a.example {',
        'x@y.z }',
        '[::1]:80',
      ),
    );
    const build = (one: Partial<Site>): string =>
      buildSiteFile(
        { ...site, email: 'a@b.cd', acme: { directory: 'https://a.b/c', rootFile: '/a' }, ...one },
        withModule,
      );
    const expected = build({}).split('\n').length;
    fc.assert(
      fc.property(
        awkward,
        fc.constantFrom('host', 'upstream', 'email', 'directory', 'rootFile', 'allow'),
        (text, where) => {
          const one: Partial<Site> =
            where === 'directory' || where === 'rootFile'
              ? { acme: { directory: 'https://a.b/c', rootFile: '/a', [where]: text } }
              : where === 'allow'
                ? { limits: { allow: [text] } }
                : { [where]: text };
          let built: string;
          try {
            built = build(one);
          } catch {
            return;
          }
          // What got in is one word: no blank, no quote, no brace, no line end.
          expect(text).toMatch(/^[^\s{}"`#\\\p{C}]+$/u);
          expect(built.split('\n').length).toBe(
            expected + (where === 'allow' ? 2 : 0) + (where === 'host' && isIP(text) !== 0 ? 1 : 0),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });
});
