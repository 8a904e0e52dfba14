import { Component, type ReactNode } from 'react';
import { Button } from '@mantine/core';
import { useTexts } from './text.tsx';

type Props = { readonly children: ReactNode };

/** A bug in one place of the page leaves the rest of it standing, and a way on. */
export class ErrorBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Failed onAgain={() => this.setState({ hasFailed: false })} /> : this.props.children;
  }
}

function Failed({ onAgain }: { readonly onAgain: () => void }): ReactNode {
  const { t } = useTexts();
  return (
    <div className="stop" role="alert">
      <h1>{t('failed.title')}</h1>
      <p>{t('failed.text')}</p>
      <div className="row">
        <Button onClick={onAgain}>{t('failed.again')}</Button>
        <Button variant="default" onClick={() => location.reload()}>
          {t('failed.reload')}
        </Button>
      </div>
    </div>
  );
}
