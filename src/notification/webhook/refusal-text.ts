import type { NoDelivery, NoEndpoint, SaveRefusal } from './endpoints.ts';
import en from './text/en.json' with { type: 'json' };
import es from './text/es.json' with { type: 'json' };

type Refusal = SaveRefusal | NoEndpoint | NoDelivery;

/** Every language has every sentence, or it does not compile. */
const texts: Readonly<Record<'es' | 'en', Readonly<Record<Refusal['kind'], string>>>> = { es, en };

/** Why something was refused, and what to do about it, as one sentence without capital and full stop. */
export function refusalText(refusal: Refusal, language: 'es' | 'en'): string {
  const facts: Readonly<Record<string, unknown>> = refusal;
  return texts[language][refusal.kind].replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name]));
}
