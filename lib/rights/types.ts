// Words of the player's rights. Pure: safe to import anywhere.

/** What a player may ask of us; `both_are_me` answers two names on one person's documents. */
export const REQUEST_KINDS = ['correction', 'appeal', 'grievance', 'nomination', 'both_are_me'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

/** Longest text of a request, characters. */
export const REQUEST_TEXT_LIMIT = 2000
