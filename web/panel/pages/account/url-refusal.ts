import type { TextKey } from '../../languages.ts';
import { useTexts } from '../../shell/text.tsx';

/** Every reason for which an address is not kept, as `notification/webhook` names them. */
const reasons = [
  'url-unreadable',
  'url-too-long',
  'url-with-credentials',
  'url-with-fragment',
  'scheme-refused',
  'port-refused',
  'host-refused',
  'host-is-ours',
  'address-not-public',
  'peer-differs',
  'name-unresolved',
  'not-connected',
  'not-secure',
  'timeout',
  'no-answer',
  'host-busy',
  'challenge-refused',
  'challenge-unanswered',
  'credentials-unreadable',
] as const;
type Reason = (typeof reasons)[number];

const isReason = (text: string | undefined): text is Reason => (reasons as readonly string[]).includes(text ?? '');

/** Why an address was refused, as a sentence that says what would be right. */
export function useUrlRefusal(): (why: string | undefined) => string {
  const { t } = useTexts();
  return (why) => {
    const reason = why?.split(':')[0];
    const key: TextKey = isReason(reason) ? `callbacks.refused.${reason}` : 'callbacks.refused';
    return t(key);
  };
}
