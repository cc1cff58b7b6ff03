/** What is used of jq-web, which brings no types. */
declare module 'jq-web' {
  interface Jq {
    /** Runs jq over a text of JSON values; throws, with jq's exit code, when jq fails. */
    raw(json: string, filter: string, flags?: string[]): string | undefined;
  }
  const jq: Promise<Jq>;
  export = jq;
}
