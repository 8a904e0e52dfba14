import type { Language } from '../accept-language.ts';
import type { WireFunctionName } from '../functions/wire-function.ts';
import en from './text/en.json' with { type: 'json' };
import es from './text/es.json' with { type: 'json' };

/** What the reference says besides the schemas; every language has every key, or it does not compile. */
export type ReferenceTexts = {
  readonly functions: Readonly<Record<WireFunctionName, { readonly title: string; readonly description: string }>>;
  /** Descriptions of parameters and fields by name, where the schemas' own are in another language. */
  readonly descriptions: Readonly<Record<string, string>>;
  readonly codes: Readonly<Record<'1' | '-1' | '-2' | '-3' | '-4' | '-5' | '-6' | '-7', string>>;
  readonly page: Readonly<Record<keyof typeof en.page, string>>;
};

export const referenceTextsOf: Readonly<Record<Language, ReferenceTexts>> = { es, en };
