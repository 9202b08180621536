/** Where a tab that went to the organisation comes back to, when another one waits for it. */
export const BACK = '/akun/kembali';
