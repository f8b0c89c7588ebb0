/** A webhook with nothing around it: checks the signature, stores what ours stores, queues, commits. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Throws when the signature is wrong; a delivery that came before changes nothing. */
export async function bareWebhook(sql, secret, body, signature) {
  const expected = createHmac('sha256', secret).update(body).digest()
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) throw new Error('a wrong signature')
  const { event_id: deliveryId, session_id: session } = JSON.parse(body)
  const reference = createHmac('sha256', secret).update(session).digest('base64url')
  await sql.begin(async (tx) => {
    const stored = await tx`
      insert into webhook_inbox (connection_id, delivery_id, reference_indexes, event, state)
      values ('bare', ${deliveryId}, ${[reference]}, 'finished', 'waiting')
      on conflict do nothing returning delivery_id`
    if (stored.length === 1)
      await tx`insert into pgboss.job (name, data) values ('webhook', ${tx.json({ connectionId: 'bare', deliveryId })})`
  })
}
