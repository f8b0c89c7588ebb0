import { getTranslations } from 'next-intl/server'
import { Mark } from '@/components/ui/mark'
import type { SetUp, SetUpSetting } from '@/lib/connections/set-up'

/** Every setting of a vendor by name, with what it is and whether it is there; no value. */
export async function Settings({ setUp: { required, oneOf, optional } }: { setUp: SetUp }) {
  const t = await getTranslations('desk.providers.steps')
  return (
    <table className="settings">
      <thead>
        <tr>
          <th scope="col">{t('name')}</th>
          <th scope="col">{t('what')}</th>
          <th scope="col">{t('is')}</th>
        </tr>
      </thead>
      {[required, ...oneOf].map((set, place) => (
        <tbody key={set[0]?.label}>
          {place > 1 && (
            <tr>
              <td colSpan={3} className="quiet">
                {t('orThese')}
              </td>
            </tr>
          )}
          {set.map((setting) => (
            <SettingRow key={setting.label} setting={setting} isOptional={false} />
          ))}
        </tbody>
      ))}
      <tbody>
        {optional.map((setting) => (
          <SettingRow key={setting.label} setting={setting} isOptional />
        ))}
      </tbody>
    </table>
  )
}

async function SettingRow({ setting, isOptional }: { setting: SetUpSetting; isOptional: boolean }) {
  const t = await getTranslations('desk.providers.steps')
  const { label, expected, secret, state } = setting
  const remarks = [...(secret ? [t('secret')] : []), ...(isOptional ? [t('optional')] : [])]
  return (
    <tr>
      <th scope="row">
        <code>{label}</code>
      </th>
      <td>
        {expected}
        {remarks.length > 0 && <span className="quiet"> ({remarks.join(', ')})</span>}
      </td>
      <td>
        <StateOf state={state} isOptional={isOptional} />
      </td>
    </tr>
  )
}

async function StateOf({ state, isOptional }: Pick<SetUpSetting, 'state'> & { isOptional: boolean }) {
  const t = await getTranslations('desk.providers.steps.states')
  if (state === 'set')
    return (
      <Mark tone="passed" icon="check">
        {t('set')}
      </Mark>
    )
  if (state === 'missing' && isOptional)
    return (
      <Mark tone="none" icon="minus">
        {t('optional')}
      </Mark>
    )
  return (
    <Mark
      tone={state === 'missing' ? 'pending' : 'failed'}
      icon={state === 'missing' ? 'circle-dashed' : 'circle-x'}
    >
      {t(state)}
    </Mark>
  )
}
