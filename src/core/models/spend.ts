import { z } from 'zod';
import type { Spend } from '../../shared/model/models.ts';

const dayTotals = { totalTokens: z.number(), totalCost: z.number(), missingCostEntries: z.number().optional() };

export const costSchema = z.object({ daily: z.array(z.object({ date: z.string(), ...dayTotals })) });

export const usageSchema = z.object({
  aggregates: z.object({
    byModel: z.array(
      z.object({
        provider: z.string().optional(),
        model: z.string().optional(),
        totals: z.object({ totalTokens: z.number(), totalCost: z.number() }),
      }),
    ),
  }),
});

/** Sums by the gateway's own days; the last of them is today. Pure. */
export function buildSpend({ daily }: z.infer<typeof costSchema>, usage: z.infer<typeof usageSchema>): Spend {
  const days = [...daily].sort((a, b) => a.date.localeCompare(b.date, 'en'));
  const sum = (count: number): { usd: number; tokens: number } => {
    const last = days.slice(-count);
    return {
      usd: last.reduce((all, { totalCost }) => all + totalCost, 0),
      tokens: last.reduce((all, { totalTokens }) => all + totalTokens, 0),
    };
  };
  return {
    today: sum(1),
    week: sum(7),
    month: sum(30),
    unpriced: days.slice(-30).reduce((all, { missingCostEntries = 0 }) => all + missingCostEntries, 0),
    daily: days.slice(-30).map(({ date, totalCost, totalTokens }) => ({ date, usd: totalCost, tokens: totalTokens })),
    byModel: usage.aggregates.byModel
      .map(({ provider, model = 'unknown', totals }) => ({
        model: provider === undefined || model.startsWith(`${provider}/`) ? model : `${provider}/${model}`,
        usd: totals.totalCost,
        tokens: totals.totalTokens,
      }))
      .sort((a, b) => b.usd - a.usd || b.tokens - a.tokens)
      .slice(0, 50),
  };
}
