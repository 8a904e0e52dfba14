import { type MantineColorsTuple, createTheme } from '@mantine/core';

/** Petrol: one accent, quiet enough to be looked at all day. 7 carries white text at 6:1, 4 is read on the dark ground. */
const petrol: MantineColorsTuple = [
  '#eef6f6',
  '#d9e9ea',
  '#b0d2d4',
  '#84babd',
  '#5fa5a9',
  '#46979c',
  '#2a777c',
  '#1f6b71',
  '#17565b',
  '#0e4247',
];

const gray: MantineColorsTuple = [
  '#f6f8f8',
  '#eef1f1',
  '#e2e8e8',
  '#d1d9d9',
  '#b4bfbf',
  '#8a9697',
  '#596667',
  '#445051',
  '#2c3637',
  '#182021',
];

const dark: MantineColorsTuple = [
  '#dde4e4',
  '#b9c4c4',
  '#9aa7a8',
  '#6d7a7b',
  '#3c4748',
  '#2f393a',
  '#242d2e',
  '#181f20',
  '#121819',
  '#0c1112',
];

const small = { defaultProps: { size: 'sm' } };
/** What helps stands below what is filled in, so that fields beside each other stand on one line. */
const field = { defaultProps: { size: 'sm', inputWrapperOrder: ['label', 'input', 'description', 'error'] } };

/** The house look: dense, ruled by lines rather than shadows, the system's own font, figures that stand under each other. */
export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, gray, dark },
  black: '#14211f',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'Roboto Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '1.75rem' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.35' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
      h4: { fontSize: '0.8125rem', lineHeight: '1.4' },
      h5: { fontSize: '0.8125rem', lineHeight: '1.4' },
      h6: { fontSize: '0.75rem', lineHeight: '1.4' },
    },
  },
  components: {
    Anchor: { defaultProps: { underline: 'always', fz: 'inherit' } },
    Badge: { defaultProps: { tt: 'none', radius: 'sm', variant: 'light' } },
    Button: small,
    Checkbox: small,
    // Locking the page behind a window injects a style, which the policy refuses.
    Drawer: { defaultProps: { lockScroll: false } },
    // Its `<header>` lies in the body of the page and would be a second banner.
    Modal: {
      defaultProps: {
        lockScroll: false,
        centered: true,
        radius: 'md',
        attributes: { header: { role: 'presentation' } },
      },
    },
    ColorInput: field,
    MultiSelect: field,
    NativeSelect: field,
    NumberInput: field,
    PasswordInput: field,
    Radio: small,
    SegmentedControl: small,
    Select: { defaultProps: { ...field.defaultProps, allowDeselect: false, checkIconPosition: 'right' } },
    Switch: small,
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm' } },
    TagsInput: field,
    Textarea: field,
    TextInput: field,
    Tooltip: { defaultProps: { openDelay: 400 } },
  },
});
