'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { dropStaffSession } from '@/lib/auth/staff-cookies'
import { staffAction } from '@/lib/auth/staff-guards'
import { leave } from '@/lib/staff/sessions'

/** Ends this browser's session at once. */
export const signOutStaff = staffAction('account.leave', z.strictObject({}), async (staff) => {
  await leave(staff)
  await dropStaffSession()
  redirect('/admin/sign-in?done=signed_out')
})
