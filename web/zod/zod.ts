/** What `zod` is in these pages, see `tools/web-applications.ts`: itself, told beforehand what it may not do. */
import './settings.ts';

export * from 'zod/v4';
