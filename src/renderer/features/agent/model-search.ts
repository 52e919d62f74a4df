import type { ModelView } from '../../../shared/model/models.ts';

/** Every word has to be somewhere in the name; what has a key comes first. Pure. */
export function searchModels(models: readonly ModelView[], typed: string): ModelView[] {
  const parts = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return models
    .filter(({ ref, name }) => parts.every((part) => `${ref} ${name}`.toLowerCase().includes(part)))
    .sort((a, b) => Number(b.available) - Number(a.available));
}

/** Pure. */
export function moveUp(order: readonly string[], ref: string): string[] {
  const at = order.indexOf(ref);
  if (at <= 0) return [...order];
  return [...order.slice(0, at - 1), ref, ...order.slice(at - 1).filter((one) => one !== ref)];
}
