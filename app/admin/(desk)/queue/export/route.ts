import { requireSameOrigin } from '@/lib/auth/guards'
import { requireApiStaff } from '@/lib/auth/staff-guards'
import { readBytes } from '@/lib/body'
import { AppError } from '@/lib/errors'
import { respondToBrowser } from '@/lib/respond'
import { ExportForm, openExport } from '@/lib/review/export'

const FORM_LIMIT_BYTES = 4096

/** The view as a file, streamed; what stands in it depends on who asks. A form's POST, so that no link can begin one. */
export function POST(request: Request) {
  return respondToBrowser(async () => {
    await requireSameOrigin()
    const staff = await requireApiStaff('case.export')
    const form = ExportForm.safeParse(Object.fromEntries(await readForm(request)))
    if (!form.success) throw new AppError('bad_request')
    const { fileName, body } = await openExport(staff, form.data)
    return new Response(body, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${fileName}"`,
        'cache-control': 'no-store',
      },
    })
  })
}

async function readForm(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams(new TextDecoder().decode(await readBytes(request, FORM_LIMIT_BYTES)))
}
