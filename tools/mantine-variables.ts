import { pathToFileURL } from 'node:url';
import {
  type MantineThemeOverride,
  DEFAULT_THEME,
  convertCssVariables,
  defaultCssVariablesResolver,
  em,
  mergeMantineTheme,
  px,
} from '@mantine/core';
import type { Plugin } from 'vite';

/** The module that pages import in place of what the provider would write. */
const NAME = 'virtual:mantine-variables.css';

/**
 * Mantine's provider writes the theme into a `<style>` when the page runs, which a policy without `unsafe-inline` refuses. The theme is known when
 * the pages are built: the same text is made here, as a file like any other.
 * @param themeFile a module that exports `theme`.
 */
export const mantineVariables = (themeFile: string): Plugin => ({
  name: 'mantine-variables',
  resolveId: (id) => (id === NAME ? NAME : undefined),
  async load(id) {
    if (id !== NAME) return undefined;
    const { theme } = (await import(pathToFileURL(themeFile).href)) as { theme: MantineThemeOverride };
    return themeAsCss(theme);
  },
});

/** What `MantineProvider` writes when `withCssVariables` and `withGlobalClasses` are on. */
export function themeAsCss(override: MantineThemeOverride): string {
  const theme = mergeMantineTheme(DEFAULT_THEME, override);
  const variables = convertCssVariables(defaultCssVariablesResolver(theme), ':root');
  const schemes = convertCssVariables(
    { variables: {}, dark: { '--mantine-color-scheme': 'dark' }, light: { '--mantine-color-scheme': 'light' } },
    ':root',
  );
  const visibility = Object.entries(theme.breakpoints).map(
    ([name, from]) =>
      `@media (max-width: ${em((px(from) as number) - 0.1)}) {.mantine-visible-from-${name} {display: none !important;}}` +
      `@media (min-width: ${em(px(from))}) {.mantine-hidden-from-${name} {display: none !important;}}`,
  );
  return [variables, schemes, ...visibility].join('\n');
}
