import type { AccountRole } from '../../../src/access/roles.ts';
import type { TextKey } from '../languages.ts';

export const roleText = (role: AccountRole | 'installer'): TextKey => `role.${role}`;
