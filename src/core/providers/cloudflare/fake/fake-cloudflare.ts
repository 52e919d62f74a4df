import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A record as the API writes it. */
export interface FakeDnsRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly content: string;
  readonly proxied: boolean;
  readonly ttl: number;
  readonly comment: string | null;
}

/** Cloudflare's API for zones and their DNS records, as documented; its records are in memory. */
export interface FakeCloudflare extends AsyncDisposable {
  /** Base URL for `createCloudflareDns`. */
  readonly api: string;
  readonly records: FakeDnsRecord[];
  /** `GET /zones`, in their order. */
  readonly requests: readonly string[];
  /** Somebody else's record. */
  add(record: Partial<FakeDnsRecord> & Pick<FakeDnsRecord, 'type' | 'name' | 'content'>): FakeDnsRecord;
  /** The next answer is this one instead. */
  answerOnce(status: number, body: string): void;
}

export interface FakeCloudflareOptions {
  readonly token: string;
  /** Names of the zones that the token may see. */
  readonly zones: readonly string[];
  /** The token may look and not touch. */
  readonly isReadOnly?: boolean;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

const BASE = '/client/v4';
const AUTHENTICATION_ERROR = { code: 10000, message: 'Authentication error' };

export async function startFakeCloudflare(options: FakeCloudflareOptions): Promise<FakeCloudflare> {
  const zones = options.zones.map((name, index) => ({ id: `zone${String(index)}`, name, status: 'active' }));
  const records: (FakeDnsRecord & { zone: string })[] = [];
  const requests: string[] = [];
  const once: Reply[] = [];
  let made = 0;
  const nextId = (): string => `record${String((made += 1))}`;

  const say = (status: number, result: unknown, extra: object = {}): Reply => ({
    status,
    body: JSON.stringify({ success: status < 400, errors: [], messages: [], result, ...extra }),
  });
  const refuse = (status: number, code: number, message: string): Reply =>
    say(status, null, { errors: [{ code, message }] });
  const page = (query: URLSearchParams, all: readonly unknown[]): Reply => {
    const number = Number(query.get('page') ?? 1);
    // Smaller than what is asked for: whoever reads only the first page is found out.
    const size = Math.min(Number(query.get('per_page') ?? 20), 2);
    const result = all.slice((number - 1) * size, number * size);
    const info = {
      page: number,
      per_page: size,
      count: result.length,
      total_count: all.length,
      total_pages: Math.max(1, Math.ceil(all.length / size)),
    };
    return say(200, result, { result_info: info });
  };

  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const url = new URL(request.url ?? '/', 'http://fake');
    const method = request.method ?? 'GET';
    const path = url.pathname.slice(BASE.length);
    requests.push(`${method} ${path}`);
    const [prepared] = once.splice(0, 1);
    if (prepared !== undefined) return prepared;
    const authorization = request.headers.authorization ?? '';
    if (!/^Bearer [\w-]+$/.test(authorization)) return refuse(400, 6003, 'Invalid request headers');
    if (authorization !== `Bearer ${options.token}`) return refuse(403, 9109, 'Invalid access token');
    const [, name, zoneId, kind, id] = path.split('/');
    if (name !== 'zones') return refuse(404, 7003, 'Could not route');
    if (zoneId === undefined) {
      const wanted = url.searchParams.get('name');
      return page(
        url.searchParams,
        zones.filter((zone) => wanted === null || zone.name === wanted),
      );
    }
    const zone = zones.find((one) => one.id === zoneId);
    if (zone === undefined || kind !== 'dns_records') return refuse(404, 7003, 'Could not route');
    if (method === 'GET') {
      const wanted = url.searchParams.get('name');
      const type = url.searchParams.get('type');
      const found = records.filter(
        (one) => one.zone === zone.id && (wanted ?? one.name) === one.name && (type ?? one.type) === one.type,
      );
      return page(url.searchParams, found);
    }
    if (options.isReadOnly === true) {
      return say(403, null, { errors: [AUTHENTICATION_ERROR] });
    }
    if (method === 'POST') {
      const given = JSON.parse(await readBody(request)) as Omit<FakeDnsRecord, 'id'>;
      const same = records.filter((one) => one.name === given.name);
      if (same.some((one) => one.type === given.type && one.content === given.content)) {
        return refuse(400, 81058, 'An identical record already exists.');
      }
      if (same.some((one) => one.type === 'CNAME')) {
        return refuse(400, 81053, 'An A, AAAA, or CNAME record with that host already exists.');
      }
      const record = { ...given, id: nextId(), zone: zone.id };
      records.push(record);
      return say(200, record);
    }
    const index = records.findIndex((one) => one.id === id && one.zone === zone.id);
    const old = records[index];
    if (old === undefined) return refuse(404, 81044, 'Record does not exist.');
    if (method === 'DELETE') {
      records.splice(index, 1);
      return say(200, { id: old.id });
    }
    const changed = { ...old, ...(JSON.parse(await readBody(request)) as Partial<FakeDnsRecord>) };
    records[index] = changed;
    return say(200, changed);
  };

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    api: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${BASE}`,
    records,
    requests,
    add(record) {
      const zone = zones.find(({ name }) => record.name === name || record.name.endsWith(`.${name}`))?.id ?? '';
      const added = { id: nextId(), proxied: false, ttl: 1, comment: null, zone, ...record };
      records.push(added);
      return added;
    },
    answerOnce: (status, body) => void once.push({ status, body }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
