import 'server-only'
import NextAuth, { CredentialsSignin, type NextAuthConfig } from 'next-auth'
import type { Adapter } from 'next-auth/adapters'
import Credentials from 'next-auth/providers/credentials'
import { z } from 'zod'
import { env } from '@/lib/env'
import { redeemCode } from './codes'
import { cookieName, cookieOptions } from './cookies'
import { endSession, openSession, readSession, SESSION_LIFE_MS } from './session'

// next-auth signs players in and out; sessions are rows of ours whose token is hashed at rest. Its route handler is not
// mounted: nothing outside can reach its actions, only our own server actions call signIn and signOut.

const lifeSeconds = SESSION_LIFE_MS / 1000
// next-auth adds fields of its own, such as callbackUrl.
const Attempt = z.object({
  browserToken: z.string().max(64),
  code: z.string().regex(/^\d{6}$/),
  locale: z.string().max(8),
})

/** A code that does not fit. `code` tells the form what to say; nothing else leaves. */
class CodeRefused extends CredentialsSignin {
  constructor(readonly answer: 'wrong' | 'ended') {
    super()
    this.code = answer
  }
}

const unused = (name: string) => () => {
  throw new Error(`${name} is not part of sign-in by code`)
}

/** The few adapter calls that sign-in by code with database sessions makes; the rest must exist and are never reached. */
function adapter(): Adapter {
  return {
    createSession: unused('createSession'), // `jwt.encode` below opens the row
    async getSessionAndUser(token) {
      const session = await readSession(token)
      if (session === null) return null
      const user = { id: session.playerId, email: '', emailVerified: null }
      return { session: { sessionToken: token, userId: session.playerId, expires: session.expiresAt }, user }
    },
    updateSession: unused('updateSession'),
    async deleteSession(token) {
      await endSession(token)
    },
    createUser: unused('createUser'),
    getUser: unused('getUser'),
    getUserByEmail: unused('getUserByEmail'),
    getUserByAccount: unused('getUserByAccount'),
    updateUser: unused('updateUser'),
    linkAccount: unused('linkAccount'),
    createVerificationToken: unused('createVerificationToken'),
    useVerificationToken: unused('useVerificationToken'),
  }
}

function config(): NextAuthConfig {
  const base = cookieOptions(lifeSeconds)
  return {
    adapter: adapter(),
    secret: env().authSecret,
    trustHost: true,
    session: { strategy: 'database', maxAge: lifeSeconds, updateAge: lifeSeconds },
    cookies: {
      sessionToken: { name: cookieName('session'), options: base },
      callbackUrl: { name: cookieName('callback'), options: cookieOptions(0) }, // set by next-auth, of no use here
    },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    providers: [
      Credentials({
        id: 'code',
        credentials: { browserToken: {}, code: {}, locale: {} },
        async authorize(raw) {
          const attempt = Attempt.safeParse(raw)
          if (!attempt.success) throw new CodeRefused('wrong')
          const { browserToken, code, locale } = attempt.data
          const answer = await redeemCode(browserToken, code, locale)
          if (answer.kind !== 'player') throw new CodeRefused(answer.kind)
          return { id: answer.playerId }
        },
      }),
      // next-auth refuses database sessions when credentials are the only provider. This one is never reachable:
      // no handler is mounted and no action names it.
      {
        id: 'unreachable',
        type: 'email',
        name: 'unreachable',
        maxAge: 1,
        from: '',
        options: {},
        sendVerificationRequest: unused('sendVerificationRequest'),
      },
    ],
    callbacks: {
      // Built by hand: spreading the row would hand out the session token.
      session: ({ session, user }) => ({ user: { id: user.id }, expires: session.expires }),
    },
    jwt: {
      // Called once, at sign-in: what it returns becomes the cookie, so the session row is opened here.
      async encode({ token }) {
        if (token?.sub === undefined) throw new Error('sign-in without a player')
        return (await openSession(token.sub)).token
      },
    },
    logger: { error: () => {}, warn: () => {} },
  }
}

export const { signIn, signOut } = NextAuth(config)
