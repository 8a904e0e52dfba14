import type { Permission } from '../access/roles.ts';

/**
 * [Note: Who sees faces]
 * Whoever may look at evidence sees it of any request of the account, unless it is for deciding: an operator sees the case in hand, and what
 * they ruled a moment ago, and no other. Nobody chooses a case, not even to look.
 */
export const seesAll = (may: (permission: Permission) => boolean): boolean =>
  may('evidence.view') && (!may('desk.work') || may('desk.oversee'));
