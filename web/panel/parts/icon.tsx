import type { ReactNode } from 'react';

/** Outlines on a grid of 24, drawn with a line of 1.75. Decoration: words stand beside every one of them. */
const outlines = {
  requests: ['M5 4h14v16H5z', 'M9 9h6', 'M9 13h6', 'M9 17h3'],
  desk: ['M3 6h11v9H3z', 'M5.5 12.5c1-2 5-2 6 0', 'M8.5 7.8a1.4 1.4 0 1 0 0 2.8a1.4 1.4 0 1 0 0-2.8', 'M12 19l3 2 6-8'],
  account: [
    'M4 7h9',
    'M17 7h3',
    'M4 17h3',
    'M11 17h9',
    'M15 4.8a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 1 0 0-4.4',
    'M9 14.8a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 1 0 0-4.4',
  ],
  accounts: ['M4 20V5h9v15', 'M13 9h7v11', 'M3 20h18', 'M7 9h3', 'M7 13h3', 'M16 13h1', 'M16 16.5h1'],
  users: [
    'M9 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 1 0 9 5',
    'M3 20c0-7 12-7 12 0',
    'M16 5.5a3 3 0 0 1 0 5.6',
    'M17.5 14.2c2.2.8 3.5 2.8 3.5 5.8',
  ],
  numbers: ['M4 20h16', 'M7 17v-5', 'M12 17V5', 'M17 17V9'],
  credits: ['M3 6h18v12H3z', 'M3 10h18', 'M6.5 14.5h4'],
  audit: ['M6 3h9l4 4v14H6z', 'M14.5 3v4.5H19', 'M9.5 13l2 2 3.5-4', 'M9.5 18H15'],
  certificates: [
    'M4 4h16v11H4z',
    'M7.5 8h6',
    'M7.5 11h4',
    'M16.5 11a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5',
    'M15 15.8V21l1.5-1.2L18 21v-5.2',
  ],
  callbacks: ['M4 8h12', 'M13 5l3 3-3 3', 'M20 16H8', 'M11 13l-3 3 3 3'],
  token: ['M8 11.5a4 4 0 1 0 0 8a4 4 0 1 0 0-8', 'M11 12.5L19.5 4', 'M16 7.5l2.5 2.5', 'M14 9.5l1.8 1.8'],
  health: ['M3 12h4l2.5-6 4 12 2.5-6h5'],
  help: ['M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18', 'M9.6 9.4c.3-3 5-2.6 4.6.3c-.2 1.7-2.2 1.8-2.2 3.6', 'M12 16.6v.1'],
  person: ['M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8', 'M4.5 20.5c.5-7.5 14.5-7.5 15 0'],
  switch: ['M8 9l4-4 4 4', 'M8 15l4 4 4-4'],
  out: ['M10 4H5v16h5', 'M9.5 12H20', 'M16.5 8.5L20 12l-3.5 3.5'],
  keyboard: ['M3 6h18v12H3z', 'M7 10h.1', 'M11 10h.1', 'M15 10h.1', 'M18 10h.1', 'M8 14.5h8'],
  sun: [
    'M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8',
    'M12 2.5v2',
    'M12 19.5v2',
    'M2.5 12h2',
    'M19.5 12h2',
    'M5.3 5.3l1.4 1.4',
    'M17.3 17.3l1.4 1.4',
    'M5.3 18.7l1.4-1.4',
    'M17.3 6.7l1.4-1.4',
  ],
  moon: ['M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z'],
  search: ['M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13', 'M15.5 15.5L20.5 20.5'],
  warning: ['M12 4L2.5 20h19z', 'M12 10v5', 'M12 17.6v.1'],
  good: ['M4.5 12.5l5 5L19.5 7'],
  bad: ['M6 6l12 12', 'M18 6L6 18'],
  doubt: ['M5 12h14'],
  copy: ['M8 8h12v12H8z', 'M16 8V4H4v12h4'],
  back: ['M14.5 5.5L8 12l6.5 6.5'],
  next: ['M9.5 5.5L16 12l-6.5 6.5'],
  add: ['M12 5v14', 'M5 12h14'],
  download: ['M12 4v11', 'M7.5 10.5L12 15l4.5-4.5', 'M4 20h16'],
  reload: ['M19.5 12a7.5 7.5 0 1 1-2.3-5.4', 'M19.5 3.5v4h-4'],
  offline: [
    'M4 4l16 16',
    'M6 12.5a8.5 8.5 0 0 1 3-1.9',
    'M14.5 10.5a8.5 8.5 0 0 1 3.5 2',
    'M12 18.5v.1',
    'M3 9a13 13 0 0 1 3-2',
    'M11 5.7A13 13 0 0 1 21 9',
  ],
  passkey: [
    'M10 4a3.8 3.8 0 1 0 0 7.6A3.8 3.8 0 1 0 10 4',
    'M3.5 20c.2-6 7-7 10-5',
    'M18 10a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5',
    'M18 15v6l1.5-1.3',
    'M18 18.2l1.2-.9',
  ],
} as const;

export type IconName = keyof typeof outlines;

export const Icon = ({ name, size = 18 }: { readonly name: IconName; readonly size?: number }): ReactNode => (
  <svg
    className="icon"
    width={size}
    height={size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth={1.75}
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    {outlines[name].map((path) => (
      <path key={path} d={path} />
    ))}
  </svg>
);
