import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { useLanguage } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { Fault } from '../../parts/fault.tsx';
import { problemQuery } from './queries.ts';

/** Why the organisation's account signed nobody in, in the words of the server's own problems. */
export function Refused({ code }: { readonly code: string }) {
  const language = useLanguage();
  const problem = useQuery(problemQuery(code, language));
  if (problem.isPending) return null;
  return <Fault fault={new ApiProblem(400, problem.data ?? undefined)} />;
}
