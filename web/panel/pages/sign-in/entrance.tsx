import { type ReactNode, useEffect, useRef } from 'react';
import { UnstyledButton } from '@mantine/core';
import { languageNames, languages } from '../../languages.ts';
import { Mark } from '../../parts/mark.tsx';
import { useTexts } from '../../shell/text.tsx';

/** What stands around signing in and signing up: the mark, one heading, one card, the languages. */
export function Entrance({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const { t, language, choose } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <div className="entrance">
      <header>
        <Mark size={36} />
        <b>{t('app.name')}</b>
        <span>{t('app.what')}</span>
      </header>
      <main>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </main>
      <footer>
        {languages.map((each) => (
          <UnstyledButton key={each} lang={each} aria-pressed={each === language} onClick={() => choose(each)}>
            {languageNames[each]}
          </UnstyledButton>
        ))}
      </footer>
    </div>
  );
}
