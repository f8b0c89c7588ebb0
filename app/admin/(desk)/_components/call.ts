import type { Answer } from '@/lib/auth/staff-guards'

/** What a call of ours came to; `network` when it never reached the server or broke there. */
export type Outcome<R> = Answer<R> | { ok: false; code: 'network'; detail?: undefined }
export type Problem = Extract<Outcome<unknown>, { ok: false }>

/** Calls a server action; a broken line is an answer too, so that the page can keep what was typed. */
export async function call<R>(
  action: (input: unknown) => Promise<Answer<R>>,
  input: unknown,
): Promise<Outcome<R>> {
  try {
    return await action(input)
  } catch {
    return { ok: false, code: 'network' }
  }
}
