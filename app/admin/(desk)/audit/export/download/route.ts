import { requireApiStaff } from '@/lib/auth/staff-guards'
import { isAppError } from '@/lib/errors'
import { openAuditExport } from '@/lib/governance/audit'
import { countUse } from '@/lib/rate-limit'
import { respondToBrowser, seeOther } from '@/lib/respond'

const PAGE = '/admin/audit/export'

/** The whole audit log as a file, read as fast as it is taken (docs/audit.md). */
export function GET() {
  return respondToBrowser(async () => {
    try {
      const staff = await requireApiStaff('audit.export')
      await countUse('export', staff.id)
      return new Response(await openAuditExport(staff), {
        headers: {
          'content-type': 'application/x-ndjson',
          'content-disposition': 'attachment; filename="audit.jsonl"',
          'cache-control': 'private, no-store',
          'content-security-policy': "default-src 'none'; sandbox",
        },
      })
    } catch (error) {
      if (isAppError(error, 'factor_needed')) return seeOther(`/admin/confirm?next=${PAGE}`)
      if (isAppError(error, 'not_signed_in')) return seeOther(`/admin/sign-in?next=${PAGE}`)
      if (isAppError(error, 'forbidden')) return new Response(null, { status: 404 })
      throw error
    }
  })
}

/** Looking without taking: nothing is read or recorded. */
export function HEAD() {
  return new Response(null, { status: 405, headers: { allow: 'GET' } })
}
