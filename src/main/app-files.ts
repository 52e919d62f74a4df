import { extname, join, sep } from 'node:path';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The file of `folder` that an address means; undefined for what is not ours, or leads out of the folder. Pure. */
export function fileOf(folder: string, address: string, base: string): string | undefined {
  if (!address.startsWith(base)) return undefined;
  const { pathname } = new URL(address);
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    // `%` without its two digits
    return undefined;
  }
  if (path.includes('\0') || path.includes('\\')) return undefined;
  const file = join(folder, path === '/' ? 'index.html' : path);
  return file.startsWith(`${folder}${sep}`) ? file : undefined;
}

/** Pure. What the table does not know is offered as bytes, and `nosniff` keeps it that way. */
export function contentTypeOf(file: string): string {
  return contentTypes[extname(file)] ?? 'application/octet-stream';
}
