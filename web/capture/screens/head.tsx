import type { CaptureState } from '../../../src/capture/protocol.schema.ts';
import { type Language, languageNames, languages } from '../languages.ts';
import { useSpoken } from '../spoken.ts';

type Asker = Extract<CaptureState, { at: 'welcome' }>['asker'];

/** Who asks, always in sight; how far one is; and the language. */
export function Head(parts: {
  readonly asker: Asker | null;
  readonly isOverCamera: boolean;
  readonly progress: { readonly step: number; readonly steps: number } | null;
  readonly onLanguage: ((language: Language) => void) | null;
}) {
  const { asker, isOverCamera, progress, onLanguage } = parts;
  const { say, language } = useSpoken();
  return (
    <header class={isOverCamera ? 'head head-over-camera' : 'head'}>
      <div class="asker">
        {asker !== null &&
          (asker.logo === null ? (
            <span>{asker.name}</span>
          ) : (
            <img src={asker.logo} alt={say('page.companyLogo', { company: asker.name })} />
          ))}
      </div>
      {progress !== null && (
        <span class="count">{say('page.step', { step: String(progress.step), steps: String(progress.steps) })}</span>
      )}
      {onLanguage !== null && progress === null && (
        <select
          aria-label={say('language.choose')}
          value={language}
          onChange={({ currentTarget }) => onLanguage(currentTarget.value as Language)}
        >
          {languages.map((each) => (
            <option key={each} value={each} lang={each}>
              {languageNames[each]}
            </option>
          ))}
        </select>
      )}
    </header>
  );
}
