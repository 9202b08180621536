/** As the server knows this app: name and version. */
declare const __APP_VERSION__: string;
