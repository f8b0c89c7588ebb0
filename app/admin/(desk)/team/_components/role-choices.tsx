import type { StaffRole } from '@/lib/actor'

interface Props {
  legend: string
  roles: readonly { role: StaffRole; name: string; does: string }[]
  chosen: readonly StaffRole[]
  /** Sets the ids of one list apart from those of another. */
  idPrefix: string
}

/** The five roles with what each may do. */
export function RoleChoices({ legend, roles, chosen, idPrefix }: Props) {
  return (
    <fieldset className="role-choices">
      <legend>{legend}</legend>
      {roles.map(({ role, name, does }) => (
        <label key={role} htmlFor={`${idPrefix}-${role}`}>
          <input
            id={`${idPrefix}-${role}`}
            className="tick-box"
            type="checkbox"
            name="roles"
            value={role}
            defaultChecked={chosen.includes(role)}
          />
          <span>
            <b>{name}</b>
            <small>{does}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
