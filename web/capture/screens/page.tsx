import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useSpoken } from '../spoken.ts';

/** A calm page: one heading, which takes the focus when the page appears; what is to be read; and the way on, in the thumb's reach. */
export function Page(parts: {
  readonly title: string;
  readonly picture?: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly foot?: ComponentChildren;
}) {
  return (
    <main class="page">
      <div class="page-body">
        {parts.picture}
        <Heading>{parts.title}</Heading>
        {parts.children}
      </div>
      {parts.foot !== undefined && <div class="page-foot">{parts.foot}</div>}
    </main>
  );
}

/** The heading of a screen. Whoever cannot see the screen change hears where they are. */
export function Heading({ children, class: name }: { readonly children: ComponentChildren; readonly class?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <h1 ref={heading} tabIndex={-1} class={name}>
      {children}
    </h1>
  );
}

/**
 * The button of a screen. One that cannot be used yet stays in reach of the keyboard and says why when it is tried.
 * @param whyNot what stands in the way; absent: nothing.
 */
export function Primary(parts: {
  readonly onTap: () => void;
  readonly children: ComponentChildren;
  readonly isBusy?: boolean;
  readonly whyNot?: string | null;
}) {
  const { onTap, children, isBusy = false, whyNot = null } = parts;
  return (
    <button
      type="button"
      class="primary"
      aria-disabled={isBusy || whyNot !== null}
      aria-describedby={whyNot === null ? undefined : 'why-not'}
      onClick={() => {
        if (!isBusy) onTap();
      }}
    >
      {isBusy && <Spinner />}
      {children}
    </button>
  );
}

export function Secondary(parts: { readonly onTap: () => void; readonly children: ComponentChildren }) {
  return (
    <button type="button" class="secondary" onClick={parts.onTap}>
      {parts.children}
    </button>
  );
}

export const Spinner = () => <span class="spinner" aria-hidden="true" />;

/** A note that is spoken when it appears. */
export function Note({
  children,
  tone = 'calm',
}: {
  readonly children: ComponentChildren;
  readonly tone?: 'calm' | 'ask';
}) {
  return (
    <p class={`note note-${tone}`} role="status">
      {children}
    </p>
  );
}

/** The address of this page, to be opened elsewhere. */
export function CopyLink({ label }: { readonly label: string }) {
  const { say } = useSpoken();
  const answer = useRef<HTMLParagraphElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const copy = async (): Promise<void> => {
    const isCopied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    if (answer.current === null || field.current === null) return;
    field.current.hidden = isCopied === true;
    answer.current.textContent = say(isCopied === true ? 'inApp.copied' : 'inApp.copyByHand');
    if (isCopied !== true) field.current.select();
  };
  return (
    <div class="copy-link">
      <p ref={answer} role="status" class="copy-answer" />
      <input ref={field} hidden readOnly value={location.href} aria-label={say('inApp.copyByHand')} />
      <Primary onTap={() => void copy()}>{label}</Primary>
    </div>
  );
}
