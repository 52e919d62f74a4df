import type { DeviceList, DeviceRequest, PairedDevice } from '../../shared/model/device.ts';
import { deviceTexts as words } from '../text-access.ts';
import { bold, dim, green, yellow, type Line } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { formatAge } from './quantity.ts';
import { TEXT_COLUMNS, wrapText } from './text-width.ts';

/** Who asks and who is let in; ids whole, because they are what is typed. Pure. */
export function formatDevices(
  name: string,
  { pending, paired, deeds }: DeviceList,
  nowMs: number,
  look: Look,
  columns: number | undefined,
): Line[] {
  if (pending.length === 0 && paired.length === 0) return [[words.none(name)]];
  const marks = marksOf(look);
  const width = Math.min(columns ?? TEXT_COLUMNS, TEXT_COLUMNS) - 4;
  const below = (text: string): Line[] => wrapText(text, width).map((line): Line => ['    ', dim(line)]);
  const age = (at: string): string => formatAge(Date.parse(at), nowMs);
  return [
    ...(pending.length === 0 ? [] : [[bold(words.pending)]]),
    ...pending.flatMap((one) => [
      [yellow(`  ${marks.warn}`), ` ${one.name}`, ...(one.isKnown ? [dim(`  ${words.known}`)] : [])],
      ['    ', one.requestId],
      ...below([describe(one), words.asks(list(one.scopes)), words.asked(age(one.askedAt))].filter(Boolean).join(', ')),
    ]),
    ...(pending.length > 0 && paired.length > 0 ? [[]] : []),
    ...(paired.length === 0 ? [] : [[bold(words.paired)]]),
    ...paired.flatMap((one) => [
      [
        one.isConnected ? green(`  ${marks.done}`) : dim(`  ${marks.idle}`),
        ` ${one.name}`,
        ...(one.isOwn ? [dim(`  ${words.own}`)] : []),
      ],
      ['    ', one.deviceId],
      ...below([describe(one), words.may(list(one.scopes)), seen(one, age)].filter(Boolean).join(', ')),
    ]),
    ...(deeds.length === 0 ? [] : [[], [bold(words.deeds)]]),
    ...deeds
      .slice(0, 5)
      .map(({ at, who, what, name: of }): Line => [dim(`    ${age(at)}, ${who}: `), `${of} ${words.deedWords[what]}`]),
  ];
}

const list = (scopes: readonly string[]): string => (scopes.length === 0 ? words.nothing : scopes.join(', '));

const describe = ({ platform, from, roles }: DeviceRequest | PairedDevice): string =>
  [roles.join(' and '), platform, from].filter((word) => word !== undefined && word !== '').join(', ');

function seen({ isConnected, seenAt, tokens }: PairedDevice, age: (at: string) => string): string {
  if (tokens.length > 0 && tokens.every(({ isRevoked }) => isRevoked)) return words.noToken;
  if (isConnected) return words.connected;
  return seenAt === undefined ? words.never : words.seen(age(seenAt));
}
