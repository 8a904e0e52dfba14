import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from '../shell/text.tsx';

type Props = {
  readonly title: string;
  /** What the page is for, where that is not plain. */
  readonly lead?: ReactNode;
  /** Buttons, at the other end. */
  readonly actions?: ReactNode;
};

/** The heading of a page: whoever comes here by link finds the focus on it, and the window named after it. */
export function PageHead({ title, lead, actions }: Props): ReactNode {
  const { t } = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <header className="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead !== undefined && <p className="lead">{lead}</p>}
      </div>
      {actions !== undefined && <div className="row">{actions}</div>}
    </header>
  );
}
