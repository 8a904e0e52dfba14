/** Small drawings, for meaning and not for ornament. They take the colours around them and say nothing to a screen reader. */
const drawing = {
  viewBox: '0 0 48 48',
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': 2.5,
  'aria-hidden': true,
} as const;

export const FaceIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round">
    <ellipse cx="24" cy="24" rx="15" ry="18" />
    <path d="M18 21v1M30 21v1M18.5 31c3 3 8 3 11 0" />
  </svg>
);

export const CardIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <rect x="4" y="10" width="40" height="28" rx="4" />
    <circle cx="15" cy="21" r="4" />
    <path d="M9 32c1-6 11-6 12 0M27 19h11M27 25h11M27 31h7" />
  </svg>
);

export const CardBackIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <rect x="4" y="10" width="40" height="28" rx="4" />
    <path d="M9 17h14M9 22h9M9 29h30M9 33h30" />
  </svg>
);

export const PassportIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <rect x="10" y="5" width="28" height="38" rx="4" />
    <circle cx="24" cy="20" r="7" />
    <path d="M17 20h14M24 13c-4 4-4 10 0 14M24 13c4 4 4 10 0 14M18 35h12" />
  </svg>
);

export const OtherIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <rect x="8" y="8" width="34" height="22" rx="4" />
    <path d="M6 15v19a4 4 0 0 0 4 4h26M15 17h20M15 23h12" />
  </svg>
);

export const SendIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <circle cx="24" cy="24" r="19" />
    <path d="M16 25l6 6 11-13" />
  </svg>
);

export const CameraIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <path d="M7 15h8l3-5h12l3 5h8a3 3 0 0 1 3 3v18a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V18a3 3 0 0 1 3-3z" />
    <circle cx="24" cy="26" r="8" />
  </svg>
);

export const PlaceIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <path d="M24 44C14 32 10 26 10 19a14 14 0 0 1 28 0c0 7-4 13-14 25z" />
    <circle cx="24" cy="19" r="5" />
  </svg>
);

export const PhoneIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <rect x="13" y="4" width="22" height="40" rx="4" />
    <path d="M22 38h4" />
  </svg>
);

export const PauseIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <circle cx="24" cy="24" r="19" />
    <path d="M24 13v12l8 5" />
  </svg>
);

export const BrokenLinkIcon = () => (
  <svg {...drawing} class="icon" stroke-linecap="round" stroke-linejoin="round">
    <path d="M21 14l4-4a9 9 0 0 1 13 13l-4 4M27 34l-4 4a9 9 0 0 1-13-13l4-4M14 14l-4-4M34 34l4 4M19 29l3-3" />
  </svg>
);
