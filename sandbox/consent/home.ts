import { escapeMarkup } from '../documents/xml'
import type { Reply } from '../http'
import type { Sandbox } from '../state'
import type { Simulator } from '../vendor'
import { page } from './page'

/** `GET /`: what this process is and how an app is pointed at it. */
export function homePage(sandbox: Sandbox): Reply {
  const vendors = Object.values(sandbox.vendors)
  const names = vendors.map((vendor) => vendor.name)
  const body = `<h1>Vendor sandbox</h1>
<p class="lead">It speaks the wire formats of ${names.slice(0, -1).join(', ')} and ${names.at(-1)} with invented persons. Start a verification in the app; the consent page opens by itself.</p>
${vendors.map((vendor) => vendorSection(vendor, sandbox.origin)).join('\n')}`
  return page({ title: 'Vendor sandbox', body })
}

function vendorSection(vendor: Simulator, origin: string): string {
  const rows = Object.entries(vendor.settings(origin)).map(
    ([name, value]) => `<div><dt><code>${name}</code></dt><dd><code>${escapeMarkup(value)}</code></dd></div>`,
  )
  return `<section class="vendor"><h2>${vendor.name}</h2>\n<dl>${rows.join('')}</dl></section>`
}
