import { type ReactNode, createContext, use, useEffect, useMemo, useState } from 'react';
import { type Language, filled } from '../languages.ts';
import { Loading } from '../parts/loading.tsx';
import { type Texts, useTexts } from '../shell/text.tsx';
import './work.css';
import type spanish from './text/es.json';

/** Every sentence of the pages on which people work, by its key. */
export type WorkKey = keyof typeof spanish;
type Dictionary = Readonly<Record<WorkKey, string>>;
/** Sentences about slugs of the service: the part before the first point. */
export type SlugGroup = WorkKey extends infer Key ? (Key extends `${infer Group}.${string}` ? Group : never) : never;

type Loaded = { readonly language: Language; readonly dictionary: Readonly<Record<string, string>> };

/** They travel with the first of these pages, and what the engine's reasons are called is told once for everybody. */
const dictionaries: Readonly<Record<Language, () => Promise<readonly [{ default: Dictionary }, { default: Shared }]>>> =
  {
    es: () => Promise.all([import('./text/es.json'), import('../../../src/verification/text/es.json')]),
    en: () => Promise.all([import('./text/en.json'), import('../../../src/verification/text/en.json')]),
  };
type Shared = Readonly<Record<'reasons' | 'outcome' | 'gestures', Readonly<Record<string, string>>>>;

const TextsOfWork = createContext<Loaded | null>(null);

/** Nothing inside is shown before its sentences are there. */
export function WorkTexts({ children }: { readonly children: ReactNode }): ReactNode {
  const { language } = useTexts();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let isWanted = true;
    void dictionaries[language]().then(([{ default: own }, { default: shared }]) => {
      if (isWanted)
        setLoaded({
          language,
          dictionary: {
            ...own,
            ...prefixed('reason', shared.reasons),
            ...prefixed('outcome', shared.outcome),
            ...prefixed('gesture', shared.gestures),
          },
        });
    });
    return () => void (isWanted = false);
  }, [language]);
  return loaded === null ? <Loading /> : <TextsOfWork value={loaded}>{children}</TextsOfWork>;
}

const prefixed = (group: string, sentences: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(sentences).map(([slug, sentence]) => [`${group}.${slug}`, sentence]));

export type Work = Texts & {
  w(key: WorkKey, values?: Readonly<Record<string, string | number>>): string;
  /** What a slug of the service is called; null where nobody has named it yet. */
  called(group: SlugGroup | 'reason' | 'outcome' | 'gesture', slug: string): string | null;
};

export function useWork(): Work {
  const texts = useTexts();
  const loaded = use(TextsOfWork);
  if (loaded === null) throw new Error('there are no sentences of work around this component');
  return useMemo(
    () => ({
      ...texts,
      w: (key, values) => filled(loaded.dictionary[key]!, values),
      called: (group, slug) => loaded.dictionary[`${group}.${slug}`] ?? null,
    }),
    [texts, loaded],
  );
}
