/** Whether something that came from outside is an object, whose fields can then be looked at. */
export function isObject(told: unknown): told is Readonly<Record<string, unknown>> {
  return typeof told === 'object' && told !== null;
}
