import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';

interface Told<Sent, Report> {
  /** Sends the file, to be tried alone or to be entered. */
  readonly send: (sent: Sent, dryRun: boolean) => Promise<Report>;
  /** Which queries have other answers once it is entered. */
  readonly changed: QueryKey;
}

/** A file is tried first; only a file without a fault can be entered, all of it or nothing. */
export function useFileEntry<Sent, Report extends { readonly fault_count: number }>({
  send,
  changed,
}: Told<Sent, Report>) {
  const client = useQueryClient();
  const trying = useMutation({ mutationFn: (sent: Sent) => send(sent, true) });
  const entering = useMutation({
    mutationFn: (sent: Sent) => send(sent, false),
    onSuccess: () => client.invalidateQueries({ queryKey: changed }),
  });
  return {
    trying,
    entering,
    /** What came of the entry, or of the trial before it. */
    report: entering.data ?? trying.data,
    /** Whether the trial found nothing against it. */
    isClean: trying.data?.fault_count === 0,
    /** Another file: its trial begins. */
    begin: (sent: Sent) => {
      entering.reset();
      trying.mutate(sent);
    },
    leave: () => {
      trying.reset();
      entering.reset();
    },
  };
}
