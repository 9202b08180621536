import { expect, test } from 'vitest';
import { ApiProblem, fieldFaults, type Problem, Unreachable } from './problem.ts';

const told = (pointer: string) => ({ pointer, code: 'required', detail: 'Wajib diisi.' });
const problem = (...pointers: string[]) =>
  new ApiProblem(422, {
    ...{ type: 'about:blank', title: '', status: 422, code: 'invalid_fields', detail: '', retryable: false },
    errors: pointers.map(told),
  } as Problem);

test('what the server says of a field stands at the name of the field, in a body and elsewhere', () => {
  expect(fieldFaults(problem('/body/url', '/answers_until'))).toEqual({
    url: 'Wajib diisi.',
    answers_until: 'Wajib diisi.',
  });
});

test('what is no problem of the server says nothing of a field', () => {
  expect(fieldFaults(new Unreachable())).toEqual({});
  expect(fieldFaults(null)).toEqual({});
});
