import { requireApiStaff } from '@/lib/auth/staff-guards'
import { respondJson } from '@/lib/respond'
import { parseFilter } from '@/lib/review/filter-url'
import { countNewer } from '@/lib/review/queue'

/** How many cases of the view came since it was read. Asked every half minute; that keeps no session alive. */
export function GET(request: Request) {
  return respondJson(async () => {
    const staff = await requireApiStaff('case.view', { isBackground: true })
    const address = new URL(request.url).searchParams
    const count = await countNewer(staff, parseFilter(address).filter, address.get('since') ?? '')
    return Response.json({ count })
  })
}
