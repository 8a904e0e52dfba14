import { useEffect, useRef, useState } from 'preact/hooks';
import { codeOf, type Checked } from './checked.ts';
import { filled, languageFor, texts } from './languages.ts';
import { Report } from './report.tsx';

type State =
  { readonly at: 'choosing' | 'working' | 'unreadable' } | { readonly at: 'checked'; readonly checked: Checked };

const MOST_BYTES = 40_000_000;

/** Choose a file, see what it is worth. The checking itself is fetched when a file is there. */
export function Page() {
  const [language, setLanguage] = useState(() => languageFor(navigator.languages));
  const [state, setState] = useState<State>({ at: 'choosing' });
  const [fragment] = useState(location.hash);
  const heading = useRef<HTMLHeadingElement>(null);
  const t = texts[language];
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = t.title;
  }, [language]);
  useEffect(() => {
    if (state.at === 'checked') heading.current?.focus();
  }, [state]);

  async function take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    setState({ at: 'working' });
    try {
      if (file.size > MOST_BYTES) throw new RangeError('too long');
      const { checkFile } = await import('./check.ts');
      const bytes = new Uint8Array(await file.arrayBuffer());
      setState({ at: 'checked', checked: await checkFile(bytes, codeOf(fragment)) });
    } catch {
      setState({ at: 'unreadable' });
    }
  }

  const expected = codeOf(fragment)?.id;
  return (
    <main
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <header>
        <h1>{t.title}</h1>
        <button
          type="button"
          class="plain"
          lang={language === 'es' ? 'en' : 'es'}
          onClick={() => setLanguage(language === 'es' ? 'en' : 'es')}
        >
          {t.otherLanguage}
        </button>
      </header>
      <div role="status" aria-live="polite">
        {state.at === 'working' && <p>{t.working}</p>}
        {state.at === 'unreadable' && <p class="failed">{t.unreadable}</p>}
      </div>
      {state.at === 'checked' && <Report checked={state.checked} language={language} heading={heading} />}
      <section class={state.at === 'checked' ? 'again' : 'choose'}>
        {state.at !== 'checked' && <p>{t.lead}</p>}
        {state.at !== 'checked' && expected !== undefined && (
          <p class="quiet">{filled(t.expected, { id: String(expected) })}</p>
        )}
        <label class="button">
          {state.at === 'checked' ? t.another : t.choose}
          <input
            type="file"
            accept="application/pdf,.pdf"
            disabled={state.at === 'working'}
            onChange={(event) => {
              void take(event.currentTarget.files?.[0]);
              event.currentTarget.value = '';
            }}
          />
        </label>
        {state.at !== 'checked' && <span class="quiet drop">{t.drop}</span>}
      </section>
    </main>
  );
}
