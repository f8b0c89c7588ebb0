import 'server-only'
import { type Examination, readValue } from './examination'
import type { CallPlan } from './types'

/** The call as a shell command, every value of the account a variable: nothing in it is secret. */
export function toCurl({ target, returnUrl }: Examination, plan: CallPlan): string {
  const shell = (name: string) => target.settings[name]?.shell ?? `$${name.toUpperCase()}`
  const known: Record<string, string> = {
    return_url: returnUrl?.href ?? 'https://kyc.example.com/api/kyc/callback',
    random: 'doctor-by-hand',
  }
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? shell(name))
  const base = target.source === 'sandbox' ? readValue(target, plan.host) : shell(plan.host)
  const { basic } = plan
  const lines = [
    `curl -sS -i -X ${plan.method}`,
    `"${base}${fill(plan.path)}"`,
    ...(basic === undefined ? [] : [`-u "${shell(basic[0])}:${shell(basic[1])}"`]),
    ...Object.entries(plan.credentials).map(([name, text]) => `-H "${name}: ${fill(text)}"`),
    ...Object.entries(plan.headers).map(([name, text]) => `-H "${name}: ${text}"`),
    ...toData(plan, fill),
  ]
  return lines.join(' \\\n  ')
}

function toData({ json, form }: CallPlan, fill: (text: string) => string): string[] {
  if (form !== undefined)
    return Object.entries(form).map(([name, text]) => `--data-urlencode "${name}=${fill(text)}"`)
  if (json === undefined) return []
  return [`--data '${fill(JSON.stringify(json)).replaceAll("'", "'\\''")}'`]
}
