import type { UpdateOffer } from '../core/index.ts';
import type { UpdateOfferView } from '../shared/contract/update.ts';

export function viewOffer({ tags, newer, changelog, ...rest }: UpdateOffer): UpdateOfferView {
  return { ...rest, tags: { ...tags }, newer: [...newer], changelog: changelog.map((part) => ({ ...part })) };
}
