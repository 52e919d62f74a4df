import { describe, expect, it } from 'vitest';
import { authStatusSchema, buildModelsView, modelListSchema, readChoice } from './model-list.ts';
import { buildSpend } from './spend.ts';

const auth = authStatusSchema.parse({
  providers: [
    { provider: 'acme', status: 'static', profiles: [], apiKey: { source: 'config' } },
    {
      provider: 'openrouter',
      displayName: 'OpenRouter',
      status: 'static',
      profiles: [{ profileId: 'openrouter:manual' }],
    },
  ],
});
const list = modelListSchema.parse({
  models: [
    { id: 'auto', name: 'auto', provider: 'openrouter', available: false },
    { id: 'openrouter/auto', name: 'OpenRouter Auto', provider: 'openrouter', available: true },
    { id: 'moonshotai/kimi', provider: 'openrouter' },
    { id: 'm1', name: 'M one', provider: 'acme', available: true },
  ],
});

describe('the models of a gateway', () => {
  it('are named as they are chosen, each once', () => {
    const view = buildModelsView({}, list, auth);
    expect(view.models.map(({ ref, available }) => [ref, available])).toEqual([
      ['acme/m1', true],
      ['openrouter/auto', true],
      ['openrouter/moonshotai/kimi', true],
    ]);
  });

  it('say whose key there is and whether it can be taken away', () => {
    const config = { models: { providers: { acme: { baseUrl: 'https://acme.example/v1' }, other: { baseUrl: 'x' } } } };
    expect(buildModelsView(config, list, auth).providers).toMatchObject([
      { id: 'acme', key: 'config', removable: true, baseUrl: 'https://acme.example/v1' },
      { id: 'openrouter', name: 'OpenRouter', key: 'stored', removable: true },
      { id: 'other', key: 'none', removable: false },
    ]);
    expect(buildModelsView({}, list, auth).providers[0]).toMatchObject({ id: 'acme', removable: false });
  });

  it.each([
    [{}, { fallbacks: [] }],
    [{ agents: { defaults: { model: 'a/b' } } }, { primary: 'a/b', fallbacks: [] }],
    [
      { agents: { defaults: { model: { primary: 'a/b', fallbacks: ['c/d', 1] } } } },
      { primary: 'a/b', fallbacks: ['c/d'] },
    ],
  ])('of %j the choice is read', (config, choice) => {
    expect(readChoice(config)).toEqual(choice);
  });

  it('are known to be a part where the gateway says so', () => {
    expect(buildModelsView({}, { ...list, refreshFailed: true }, auth).incomplete).toBe(true);
    expect(buildModelsView({}, { ...list, pendingProviders: ['openrouter'] }, auth).incomplete).toBe(true);
    expect(buildModelsView({}, list, auth).incomplete).toBe(false);
  });
});

describe('what was spent', () => {
  it('is added up by the days of the gateway, whatever their order', () => {
    const daily = Array.from({ length: 40 }, (_, index) => ({
      date: new Date(Date.UTC(2026, 9, 1) + index * 86_400_000).toISOString().slice(0, 10),
      totalCost: 1,
      totalTokens: 10,
      missingCostEntries: 1,
    })).reverse();
    const byModel = [
      { provider: 'acme', model: 'm1', totals: { totalCost: 1, totalTokens: 5 } },
      { provider: 'openrouter', model: 'openrouter/auto', totals: { totalCost: 2, totalTokens: 5 } },
    ];
    const spend = buildSpend({ daily }, { aggregates: { byModel } });
    expect([spend.today.usd, spend.week.usd, spend.month.usd, spend.unpriced]).toEqual([1, 7, 30, 30]);
    expect(spend.daily.at(-1)?.date).toBe('2026-11-09');
    expect(spend.byModel.map(({ model }) => model)).toEqual(['openrouter/auto', 'acme/m1']);
  });

  it('is nothing where nothing is known', () => {
    const spend = buildSpend({ daily: [] }, { aggregates: { byModel: [] } });
    expect(spend).toMatchObject({ today: { usd: 0 }, month: { usd: 0, tokens: 0 } });
  });
});
