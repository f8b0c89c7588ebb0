import { requireSameOrigin } from '@/lib/auth/guards'
import { requireApiStaff } from '@/lib/auth/staff-guards'
import { readBytes } from '@/lib/body'
import { AppError, isAppError } from '@/lib/errors'
import { respondJson, seeOther } from '@/lib/respond'
import { ExportForm, openExport } from '@/lib/review/export'

const FORM_LIMIT_BYTES = 8192

/** The rows of a filter as a file (PM-05), sent while they are read. */
export function POST(request: Request) {
  return respondJson(async () => {
    try {
      await requireSameOrigin()
      const staff = await requireApiStaff('case.export')
      const { body, fileName } = await openExport(staff, await readForm(request))
      return new Response(body, {
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="${fileName}"`,
          'cache-control': 'private, no-store',
          'content-security-policy': "default-src 'none'; sandbox",
        },
      })
    } catch (error) {
      // A browser sent a form: it is taken to where a factor is shown, and back to the queue.
      if (isAppError(error, 'not_signed_in')) return seeOther('/admin/sign-in?next=%2Fadmin%2Fqueue')
      if (isAppError(error, 'factor_needed')) return seeOther('/admin/confirm?next=%2Fadmin%2Fqueue')
      // The approval was used, or is over: the queue says what is needed.
      if (isAppError(error, 'state_conflict')) return seeOther('/admin/queue')
      throw error
    }
  })
}

async function readForm(request: Request): Promise<ExportForm> {
  const text = Buffer.from(await readBytes(request, FORM_LIMIT_BYTES)).toString('utf8')
  const fields = [...new URLSearchParams(text)]
  const parsed = ExportForm.safeParse(Object.fromEntries(fields))
  if (!parsed.success || fields.length > 1) throw new AppError('bad_request')
  return parsed.data
}
