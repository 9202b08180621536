/** The sign of the app: a K of columns that grow. */
export function Mark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#0f766e" />
      <path
        d="M8 23V9m0 8 8-8m-5 5 6 9"
        stroke="#fff"
        strokeWidth="3"
        fill="none"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <rect x="20" y="13" width="3.4" height="10" rx="1.7" fill="#99f6e4" />
      <rect x="25" y="9" width="3.4" height="14" rx="1.7" fill="#fff" />
    </svg>
  );
}
